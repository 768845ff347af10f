#!/bin/sh
# The value of a decision cookie: a client's new sessions go to one member, for an hour. Needs openssl.
#
#   SECRET=… sh examples/decision-cookie.sh KEY CLUSTER ROUTE
set -eu
expires=${EXPIRES:-$(($(date +%s) + 3600))}
signed="1.$1.$expires.$2.member.$3"
mac=$(printf %s "$signed" | openssl dgst -sha256 -hmac "$SECRET" -binary | openssl base64 -A | tr '+/' '-_' | tr -d '=')
echo "$signed.$mac"
