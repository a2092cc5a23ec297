# Server, agent and Git in one image.
#   docker build -t pintle .
#   docker run --privileged --network host -v pintle:/data pintle
# It listens on loopback only, hence the host's network; without --privileged pods are plain processes of the container.
FROM node:24-bookworm-slim AS build
WORKDIR /pintle
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node src/cli/generate/main.ts && npm prune --omit=dev --ignore-scripts && rm -rf node_modules/node

FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends git iproute2 util-linux ca-certificates \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /pintle /pintle
# The launcher runs the package's own Node; here that is the image's.
RUN mkdir -p /pintle/node_modules/node/bin \
 && ln -s /usr/local/bin/node /pintle/node_modules/node/bin/node \
 && ln -s /pintle/src/cli/launcher.sh /usr/local/bin/pintle
ENV PINTLE_DATA_DIR=/data
VOLUME /data
ENTRYPOINT ["pintle"]
CMD ["up"]
