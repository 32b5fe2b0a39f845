"""How the service is watched: what is counted of requests, tasks and queries, and what log lines say of them."""
