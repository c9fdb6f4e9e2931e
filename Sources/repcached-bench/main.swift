print("repcached-bench")
