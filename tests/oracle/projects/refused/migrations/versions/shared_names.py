TABLE = "tool"
