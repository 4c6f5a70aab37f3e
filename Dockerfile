# One image for web, worker and migrations; docker-compose.yml says which of them a container is.
FROM python:3.13-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY service service
COPY templates templates
COPY migrations migrations
RUN pip install --no-cache-dir --no-deps -e . && useradd --system --uid 10001 chophien && install -d -o chophien /data
USER chophien
EXPOSE 8000
CMD ["chophien", "web"]
