#!/usr/bin/env python3
"""Verifies deliveries as a receiver does, with `standardwebhooks` from PyPI.

Standard input is a JSON list of {"secret", "headers", "body"}; standard output a JSON list of what the
library said: "accepted" and the document's id, or why not.
"""

import json
import sys

from install import python_folder

sys.path.insert(0, str(python_folder()))

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


def said(secret: str, headers: dict[str, str], body: bytes) -> str:
    try:
        document = Webhook(secret).verify(body, headers)
    except WebhookVerificationError as refused:
        return str(refused)
    return f"accepted {document['id']}"


deliveries = json.load(sys.stdin)
json.dump([said(one["secret"], one["headers"], one["body"].encode()) for one in deliveries], sys.stdout)
