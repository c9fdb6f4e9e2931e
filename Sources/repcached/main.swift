print("repcached")
