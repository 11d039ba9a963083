#!/usr/bin/env python3
"""Writes cns.bin: planes 1 and 2 of CNS 11643, which EUC-TW and ISO-2022-CN use.

Each plane has 94 rows of 94 cells, each two bytes, little endian: the code
point, or 0 where the cell is empty. The mappings are the standard's, read
through the C library's iconv; it takes a minute.
"""
import subprocess

out = bytearray()
for plane in (1, 2):
    for row in range(94):
        for cell in range(94):
            code = bytes([0x8E, 0xA0 + plane, 0xA1 + row, 0xA1 + cell])
            done = subprocess.run(["iconv", "-f", "EUC-TW", "-t", "UTF-16LE"], input=code, capture_output=True)
            out += done.stdout if done.returncode == 0 and len(done.stdout) == 2 else b"\0\0"
open("cns.bin", "wb").write(bytes(out))
