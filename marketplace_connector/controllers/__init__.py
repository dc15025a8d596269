from . import labels, oauth
