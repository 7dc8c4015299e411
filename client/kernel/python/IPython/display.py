from notebook_kernel.display import *  # noqa: F403
from notebook_kernel.media import *  # noqa: F403
