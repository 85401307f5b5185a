# syntax=docker/dockerfile:1
# The product as one image: the wheel is built with Node, the image that runs has none and no compiler.

ARG PYTHON=3.12-slim-bookworm

FROM python:${PYTHON} AS build
WORKDIR /source
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
COPY requirements.lock requirements-build.lock requirements-node.lock pyproject.toml hatch_build.py Makefile LICENSE README.md ./
COPY config config
COPY migrations migrations
COPY supplyhub supplyhub
# The front end is built with the Node of requirements-node.lock, inside the virtual environment of the Makefile.
RUN make front-end
RUN .venv/bin/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheels .
# What runs: locked libraries and the wheel, in an environment of their own.
RUN python -m venv /opt/supplyhub \
 && /opt/supplyhub/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
 && /opt/supplyhub/bin/pip install --no-cache-dir --no-deps /wheels/supplyhub-*.whl

FROM python:${PYTHON}
RUN groupadd --gid 10001 supplyhub \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin supplyhub \
 && install -d -o supplyhub -g supplyhub /data
COPY --from=build /opt/supplyhub /opt/supplyhub
ENV PATH=/opt/supplyhub/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONUTF8=1 \
    NUMBA_CACHE_DIR=/data/cache/numba \
    SUPPLYHUB_ENVIRONMENT=production \
    SUPPLYHUB_DATA_FOLDER=/data
USER supplyhub
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["supplyhub", "serve", "--host", "0.0.0.0", "--port", "8000"]
