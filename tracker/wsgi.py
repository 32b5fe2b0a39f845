"""What gunicorn serves."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from tracker.bodies import refusing_half_bodies
from tracker.private import keep_home_private
from tracker.watching import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
keep_home_private()

#: A thread that computes gives way after so many seconds, 5 ms if nothing is said. A list waits for that at each of its
#: statements while an expensive question is answered in the same process.
sys.setswitchinterval(0.001)

# before the handler is made, which reads the list of middleware
tracing.begin("web")

application = refusing_half_bodies(get_wsgi_application())
