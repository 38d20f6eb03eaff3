"""Citizens talk while the town's processes are killed; then the books are checked: nothing lost, nothing twice."""
