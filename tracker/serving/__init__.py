"""How the web server takes requests in and sends answers out without a thread waiting for a client."""

#: Under this key of the WSGI environment stands when all of a request was here, by `time.perf_counter`: it may have
#: waited for a thread since.
BEGAN = "tracker.began"
