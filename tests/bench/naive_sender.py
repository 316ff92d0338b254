"""What we compare with: the usual way to send, one Celery task a person through the official SDK as it is."""

import os

from africastalking.SMS import SMSService
from celery import Celery

app = Celery("naive", broker=os.environ["NAIVE_BROKER"])
app.conf.task_ignore_result = True
app.conf.worker_hijack_root_logger = False
service = SMSService("simulated", "simulated")
service._baseUrl = os.environ["NAIVE_BASE"]


@app.task
def send(number: str, text: str) -> None:
    service.send(text, [number], "NJIA")
