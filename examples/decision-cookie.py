"""The value of a decision cookie: a client's new sessions go to one member, for an hour.

    SECRET=… python3 examples/decision-cookie.py KEY CLUSTER ROUTE
"""

import base64
import hashlib
import hmac
import os
import sys
import time

key, cluster, route = sys.argv[1:]
expires = os.environ.get("EXPIRES") or int(time.time()) + 3600
signed = f"1.{key}.{expires}.{cluster}.member.{route}"
mac = hmac.new(os.environ["SECRET"].encode(), signed.encode(), hashlib.sha256).digest()
print(signed + "." + base64.urlsafe_b64encode(mac).decode().rstrip("="))
