from . import labels, oauth, push
