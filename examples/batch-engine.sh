#!/bin/sh
# Starts each line of its input as a job on the least busy host, by the engine of examples/batch-engine.js.
#
#   ENGINE=http://127.0.0.1:8081/athena sh examples/batch-engine.sh <jobs
#
# RUN is what starts a job: RUN HOST JOB. "ssh -n" unless it is set.

while read -r job; do
  host=$(curl -sf "${ENGINE:-http://127.0.0.1:8081/athena}/balance?batch") || {
    echo "no host can take the job: $job" >&2
    exit 1
  }
  ${RUN:-ssh -n} "$host" "$job" &
done
wait
