"""`python -m specc`."""

import sys

from specc.cli.main import main

sys.exit(main())
