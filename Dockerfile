# The relay with its dashboard. `docker build -t spanlight .`; docs/deployment.md says how to run it.
FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev
COPY . .
RUN npm run build && npm run build:demo

FROM node:20-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
# what PostgreSQL, Redis and JWTs need, in the versions that are tested; found from /app as one folder up
RUN mkdir /services && cd /services && npm init --yes > /dev/null \
 && npm install --omit=dev $(node -p "['pg','@redis/client','jose'].map((name) => name + '@' + require('/app/package.json').devDependencies[name]).join(' ')")

FROM node:20-slim
ENV NODE_ENV=production \
    SPANLIGHT_HOST=0.0.0.0 \
    SPANLIGHT_PORT=8090 \
    SPANLIGHT_DATA_DIR=/data \
    SPANLIGHT_LOG_LEVEL=info
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=packages /app/node_modules ./node_modules
COPY --from=packages /services/node_modules /node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8090
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.SPANLIGHT_PORT + '/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Bound to every address: without tokens of your own the relay refuses to start.
ENTRYPOINT ["node", "/app/dist/cli/index.js"]
CMD ["relay"]
