"""Which of the files in a folder the safetensors library refuses, a name and its reason a line; at last how many it read.

pip install safetensors; python3 bench/fuzz/verdicts.py FOLDER
"""
import os
import sys

from safetensors import deserialize

folder = sys.argv[1]
names = sorted(os.listdir(folder))
for name in names:
    with open(os.path.join(folder, name), "rb") as file:
        content = file.read()
    try:
        deserialize(content)
    except Exception as error:
        print(name, " ".join(str(error).split()))
print(len(names), "files")
