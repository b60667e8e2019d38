"""Writes the JPEG fixtures: small pictures in the kinds that JPEG files come in, and what libjpeg-turbo makes of them.

Run by hand from the root of the project, with Pillow 12.3 and `cjpeg` of libjpeg-turbo 2.1 for what Pillow cannot write:

    python3 test/jpeg/make.py

The tests read the files in test/jpeg/fixtures and need no Python. `NAME.png` holds the pixels of `NAME.jpg`.
"""
import os
import subprocess
import tempfile

from PIL import Image

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'fixtures')
WIDTH, HEIGHT = 37, 21

# Sides are no multiples of 8 or 16; colours run smoothly, so that decoders differ little in how they enlarge colour.
picture = Image.new('RGB', (WIDTH, HEIGHT))
picture.putdata([
    (7 * x % 256, 12 * y, 255 - 4 * x - 5 * y) for y in range(HEIGHT) for x in range(WIDTH)
])

KINDS = {
    'grey': ('L', {}),
    'grey-progressive': ('L', {'progressive': True}),
    'grey-restarts': ('L', {'restart_marker_blocks': 4}),
    'colour': ('RGB', {'subsampling': '4:4:4'}),
    'colour-422': ('RGB', {'subsampling': '4:2:2'}),
    'colour-420': ('RGB', {'subsampling': '4:2:0'}),
    'colour-restarts': ('RGB', {'subsampling': '4:2:0', 'restart_marker_blocks': 2}),
    'colour-progressive': ('RGB', {'subsampling': '4:2:0', 'progressive': True}),
    'colour-rgb': ('RGB', {'keep_rgb': True}),
    'cmyk': ('CMYK', {}),
}

# In `colour-scans` each component has a scan of its own, without being progressive.
CJPEG_KINDS = {
    'colour-440': ['-sample', '1x2'],
    'colour-411': ['-sample', '4x1'],
    'colour-scans': ['-sample', '2x2', '-scans', 'SCANS'],
    'colour-progressive-restarts': ['-sample', '2x2', '-progressive', '-restart', '1'],
    'grey-arithmetic': ['-grayscale', '-arithmetic'],
}

for name, (mode, options) in KINDS.items():
    picture.convert(mode).save(os.path.join(FOLDER, name + '.jpg'), quality=90, optimize=True, **options)

with tempfile.TemporaryDirectory() as folder:
    scans = os.path.join(folder, 'scans')
    with open(scans, 'w') as file:
        file.write('0;\n1;\n2;\n')
    ppm = os.path.join(folder, 'picture.ppm')
    picture.save(ppm)
    for name, options in CJPEG_KINDS.items():
        options = [scans if option == 'SCANS' else option for option in options]
        jpg = os.path.join(FOLDER, name + '.jpg')
        subprocess.run(['cjpeg', '-quality', '90', *options, '-outfile', jpg, ppm], check=True)

for name in [*KINDS, *CJPEG_KINDS]:
    if name not in ('cmyk', 'grey-arithmetic'):
        path = os.path.join(FOLDER, name)
        Image.open(path + '.jpg').convert('RGB').save(path + '.png', optimize=True)
