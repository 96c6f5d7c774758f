"""`python -m lca`."""

from lca.cli import main

raise SystemExit(main())
