# syntax=docker/dockerfile:1

FROM node:22-alpine AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run -s build

FROM node:22-alpine
LABEL org.opencontainers.image.title="chat-mock" \
      org.opencontainers.image.description="A deterministic mock server and contract-testing toolkit for the LlamaCloud Chat API" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    CHAT_MOCK_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /src/package.json /src/LICENSE ./
COPY --from=build /src/dist ./dist
# Where scenarios, fixtures and a configuration file are mounted.
WORKDIR /work
USER node
EXPOSE 4010
# 503 while it drains, which must count as unhealthy.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "require('node:http').get({ port: process.env.CHAT_MOCK_PORT || process.env.PORT || 4010, path: '/__mock/health' }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/bin/chat-mock.js"]
