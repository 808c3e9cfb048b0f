"""Draws the demo's test pictures into backend/suicha/demo/assets: `python tests/demo/draw_pictures.py FONT.ttc`.

Run by hand when a picture shall change; the pictures themselves are part of the project.
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ASSETS = Path(__file__).parents[2] / "backend" / "suicha" / "demo" / "assets"
SIZE = (1024, 768)
Box = tuple[int, int, int, int]
Scene = tuple[str, str, str, list[tuple[Box, str]]]

# name, caption, wall colour, coloured boxes
SCENES: list[Scene] = [
    ("notice_board", "公示栏", "#dfe6ee", [
     ((192, 130, 832, 520), "#8a5a2b"), ((222, 160, 802, 490), "#f4f1e6"),
     ((250, 190, 420, 330), "#ffffff"), ((440, 190, 610, 330), "#ffffff"), ((630, 190, 780, 460), "#e8eefb"),
     ((250, 350, 610, 460), "#ffffff"), ((270, 520, 300, 700), "#6b6b6b"), ((724, 520, 754, 700), "#6b6b6b")]),
    ("fire_cabinet", "消火栓箱与灭火器", "#ece7e1", [
     ((170, 150, 520, 620), "#b3261e"), ((200, 180, 490, 590), "#e9ecef"),
     ((240, 300, 450, 470), "#7d8790"), ((620, 330, 720, 640), "#c62828"), ((645, 280, 695, 330), "#222222"),
     ((760, 330, 860, 640), "#c62828"), ((785, 280, 835, 330), "#222222")]),
    ("corridor", "疏散走道", "#d9d9d2", [((0, 560, 1024, 768), "#a8a39a"), ((390, 150, 634, 560), "#7a8b99"),
     ((420, 180, 604, 560), "#93a4b1"), ((120, 420, 330, 640), "#b98d5a"), ((160, 300, 300, 420), "#caa06d"),
     ((690, 460, 900, 650), "#9c6b3f"), ((470, 110, 554, 145), "#2e7d32")]),
    ("e_bikes", "电动自行车停放处", "#dbe4e0", [
     ((0, 580, 1024, 768), "#8f9690"), ((120, 180, 904, 210), "#546e7a"),
     ((180, 400, 380, 560), "#1565c0"), ((430, 400, 630, 560), "#455a64"), ((680, 400, 880, 560), "#00695c"),
     ((250, 210, 256, 400), "#e65100"), ((520, 210, 526, 400), "#e65100")]),
    ("lift", "电梯轿厢", "#cfd5da", [((260, 90, 764, 700), "#9aa5ad"), ((290, 120, 508, 700), "#b9c2c9"),
     ((516, 120, 734, 700), "#b9c2c9"), ((800, 300, 880, 460), "#5c6770"), ((820, 330, 860, 370), "#ffeb3b"),
     ((820, 390, 860, 430), "#ffeb3b"), ((90, 260, 220, 420), "#ffffff")]),
    ("pump_room", "二次供水泵房", "#d4dde3", [((0, 600, 1024, 768), "#8b9499"), ((120, 260, 380, 600), "#b0bec5"),
     ((440, 380, 560, 600), "#1e5fa8"), ((610, 380, 730, 600), "#1e5fa8"), ((380, 320, 900, 350), "#607d8b"),
     ((485, 350, 515, 380), "#607d8b"), ((655, 350, 685, 380), "#607d8b"), ((800, 200, 920, 320), "#eceff1")]),
    ("courtyard", "小区公共区域", "#cfe3f2", [((0, 470, 1024, 768), "#b7b09c"), ((60, 160, 300, 470), "#d8cfc4"),
     ((720, 120, 980, 470), "#d3c9bd"), ((360, 420, 660, 640), "#7cb342"), ((420, 480, 560, 580), "#9c7a4d"),
     ((740, 560, 840, 680), "#2e7d32"), ((860, 560, 960, 680), "#1565c0")]),
    ("papers", "查阅资料", "#c9b79c", [((130, 120, 520, 660), "#ffffff"), ((480, 150, 890, 680), "#fbfbf7"),
     ((520, 200, 850, 222), "#5f6368"), ((520, 250, 820, 266), "#b0b4b9"), ((520, 290, 850, 306), "#b0b4b9"),
     ((520, 330, 790, 346), "#b0b4b9"), ((700, 560, 820, 640), "#d9a3a0")]),
]  # fmt: skip


def draw(scene: Scene, font_path: str) -> None:
    """One scene with its caption and the label that says what it is."""
    name, caption, wall, boxes = scene
    image = Image.new("RGB", SIZE, wall)
    canvas = ImageDraw.Draw(image)
    for box, colour in boxes:
        canvas.rounded_rectangle(box, radius=8, fill=colour)
    canvas.rectangle((0, 0, SIZE[0], 64), fill="#1f4fb8")
    canvas.text((24, 10), f"示例照片 · {caption}", font=ImageFont.truetype(font_path, 40), fill="#ffffff")
    canvas.text((24, 712), "绘制的测试图片，不是现场照片", font=ImageFont.truetype(font_path, 30), fill="#333333")
    image.save(ASSETS / f"{name}.jpg", quality=66, optimize=True, subsampling=2)


if __name__ == "__main__":
    for scene in SCENES:
        draw(scene, sys.argv[1])
