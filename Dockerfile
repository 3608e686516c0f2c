# The program alone: static, not root, with no shell. `docker build --build-arg PROGRAM=path/to/countersign .`
#
#   docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/work" countersign gate --base origin/main
#
# `--user` is that of the clone's owner: git objects of somebody else are not read.
FROM scratch
ARG PROGRAM=dist/countersign
COPY --chmod=0755 ${PROGRAM} /countersign
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/countersign"]
