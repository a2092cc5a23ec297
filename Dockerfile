# Server, agent and Git in one image; docs/install.md says how to run it.
#   npm run build && docker build -t pintle .
# The program is what npm installs of this checkout, its own Node 24 included. Both bases can be chosen: BUILD needs Node
# 20 and npm, BASE needs glibc; what BASE lacks of the tools below is fetched with its package manager.
ARG BUILD=node:24-bookworm-slim
ARG BASE=debian:bookworm-slim

FROM ${BUILD} AS build
# Set with --build-arg where npm needs them; neither is kept in the image.
ARG NPM_CONFIG_REGISTRY
ARG NODE_EXTRA_CA_CERTS
WORKDIR /pintle
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund --loglevel=error \
 && node_modules/node/bin/node --version
COPY dist dist
COPY repo-template repo-template
COPY src/cli/launcher.sh src/cli/launcher.sh

FROM ${BASE}
RUN for tool in git ip nft conntrack unshare; do command -v $tool >/dev/null || missing=yes; done; \
    [ -z "$missing" ] || { apt-get update \
 && apt-get install -y --no-install-recommends git iproute2 nftables conntrack util-linux ca-certificates \
 && rm -rf /var/lib/apt/lists/*; }
COPY --from=build /pintle /pintle
RUN ln -s /pintle/src/cli/launcher.sh /usr/bin/pintle
ENV PINTLE_DATA_DIR=/data
VOLUME /data
ENTRYPOINT ["pintle"]
CMD ["up"]
