"""单文件核验程序: `verify_draw.py` is handed out beside every record and runs alone; nothing imports it."""
