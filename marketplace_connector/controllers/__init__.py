from . import labels, oauth, push, request_log
