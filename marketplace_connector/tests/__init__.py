from . import test_flow_amounts, test_flow_cancel, test_flow_import  # noqa: F401
