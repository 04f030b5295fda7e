# The bot in a container:  docker run -v chatops-data:/data -v ./chatops.yml:/app/chatops.yml:ro \
#   -e SLACK_BOT_TOKEN -e SLACK_SIGNING_SECRET -p 3000:3000 chatops
# Other verbs take the place of `serve`: docker run … chatops doctor
FROM python:3.13-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin chatops \
    && install --directory --owner chatops --group chatops --mode 700 /data

WORKDIR /app
COPY requirements.txt ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: -r requirements.txt
COPY LICENSE ./
COPY templates templates
COPY chatops chatops
RUN python -m compileall -q chatops

ENV CHATOPS_HOST=0.0.0.0 \
    CHATOPS_DATA_DIR=/data \
    CHATOPS_LOG_FORMAT=json \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

USER chatops
VOLUME /data
EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('CHATOPS_PORT', '3000') + '/healthz', timeout=4)"]

ENTRYPOINT ["python", "-m", "chatops"]
CMD ["serve"]
