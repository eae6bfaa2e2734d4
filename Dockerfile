# The bridge as an image: its command is the entry point, so `docker run IMAGE queue` works as well.
# Without BRIDGE_REDIS__URL it runs a Valkey of its own in the volume /data.
ARG PYTHON=3.12-slim-bookworm

FROM python:${PYTHON} AS build
RUN python -m venv /opt/bridge
WORKDIR /sources
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY planfix_adapter planfix_adapter
COPY bot bot
COPY sandbox sandbox
RUN /opt/bridge/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt ".[sentry]"

FROM python:${PYTHON}
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin bridge \
    && install --directory --owner=bridge --group=bridge --mode=0700 /data
COPY --from=build /opt/bridge /opt/bridge
ENV PATH=/opt/bridge/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BRIDGE_SERVER__HOST=0.0.0.0 \
    BRIDGE_SERVER__PORT=8080 \
    BRIDGE_STORAGE__DATA_DIR=/data \
    BRIDGE_LOG__FORMAT=json
# A config.toml may be mounted here; variables come first.
WORKDIR /etc/planfix-telegram-bridge
USER bridge
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"BRIDGE_SERVER__PORT\"]}/healthz', timeout=5)"]
ENTRYPOINT ["planfix-telegram-bridge"]
CMD ["run"]
