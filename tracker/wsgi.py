"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from tracker.bodies import refusing_half_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

application = refusing_half_bodies(get_wsgi_application())
