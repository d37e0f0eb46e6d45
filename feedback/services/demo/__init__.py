"""What the demonstration shows, so that no page is empty; each part does nothing where it was done before."""

from feedback.services.demo.answering import seed_answering
from feedback.services.demo.deadlines import seed_demo_deadlines
from feedback.services.demo.recognition import seed_demo_recognition
from feedback.services.demo.records import seed_demo_records

__all__ = ["seed_answering", "seed_demo_deadlines", "seed_demo_recognition", "seed_demo_records"]
