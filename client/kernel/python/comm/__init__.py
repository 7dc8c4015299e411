"""The package `comm` (https://github.com/ipython/comm), as far as widgets use it, with this notebook at the other end."""

from notebook_kernel.comms import BaseComm, CommManager, create_comm, get_comm_manager

__all__ = ["BaseComm", "CommManager", "create_comm", "get_comm_manager"]
__version__ = "0.2.3"
