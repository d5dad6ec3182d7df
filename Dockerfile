# syntax=docker/dockerfile:1
# docker build -t designer . && docker run -p 5080:5080 -v designer-data:/data designer
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source
COPY . .
# For the image's own platform: the native libraries of all others are nine tenths of the whole.
RUN dotnet publish src/Designer.Web -c Release --os linux -a $TARGETARCH --self-contained false -p:UseAppHost=false -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# curl is for the health check alone.
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/* \
    && mkdir /data && chown app:app /data
COPY --from=build /app /app
USER app
WORKDIR /data
VOLUME /data
EXPOSE 5080
ENV DESIGNER_DATA=/data
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s CMD curl -fsS http://localhost:5080/healthz || exit 1
# Local model servers are also looked for on the container's host: on Linux add --add-host=host.docker.internal:host-gateway.
ENTRYPOINT ["dotnet", "/app/Designer.Web.dll", "serve", "--urls", "http://0.0.0.0:5080"]
