"""A photo for an exercise: drawn, so that it is nobody's."""

import io

from PIL import Image, ImageDraw

from ecopter.seeding.rules.demo_draw import Draw

SIZE = (960, 720)
TRAY, CLOTH = (196, 164, 112), (236, 228, 212)
PETAL, EDGE, STIGMA, HEART = (142, 104, 190), (96, 62, 140), (190, 44, 26), (240, 190, 60)
FLOWERS = 46


def flower_tray(draw: Draw) -> bytes:
    """Saffron flowers on a tray, as a JPEG; the same bytes for the same draw."""
    image = Image.new("RGB", SIZE, CLOTH)
    canvas = ImageDraw.Draw(image)
    width, height = SIZE
    canvas.rounded_rectangle((60, 60, width - 60, height - 60), radius=80, fill=TRAY)
    for flower in range(FLOWERS):
        x = 150 + draw.below(width - 300, "x", flower)
        y = 150 + draw.below(height - 300, "y", flower)
        reach = 18 + draw.below(9, "reach", flower)
        for dx, dy in ((0, -1), (0.9, -0.4), (0.6, 0.8), (-0.6, 0.8), (-0.9, -0.4)):
            cx, cy = x + dx * reach, y + dy * reach
            canvas.ellipse(
                (cx - reach, cy - reach, cx + reach, cy + reach), fill=PETAL, outline=EDGE
            )
        canvas.ellipse((x - 9, y - 9, x + 9, y + 9), fill=HEART)
        for dx in (-18, 0, 18):
            canvas.line((x, y, x + dx, y - reach), fill=STIGMA, width=5)
    target = io.BytesIO()
    image.save(target, "JPEG", quality=82)
    return target.getvalue()
