#!/usr/bin/env python3
"""Writes jisx0213.bin, the two planes of JIS X 0213:2004 as Unicode.

Run it in this folder when the table's form changes. 2 planes x 94 rows x 94
cells, three bytes a cell, little endian: bits 0-20 the code point (0: the cell
is empty), bits 21-23 the combining character that follows it (0: none).
The mapping is the one of the standard, read through Python's euc_jis_2004 codec.
"""
SECOND = ["", "\u309a", "\u0300", "\u0301", "\u02e5", "\u02e9"]

with open("jisx0213.bin", "wb") as out:
    for prefix in (b"", b"\x8f"):
        for row in range(0xA1, 0xFF):
            for cell in range(0xA1, 0xFF):
                try:
                    s = (prefix + bytes([row, cell])).decode("euc_jis_2004")
                except UnicodeDecodeError:
                    s = "\0"
                if len(s) > 2:
                    s = "\0"
                v = ord(s[0]) | SECOND.index(s[1:]) << 21
                out.write(v.to_bytes(3, "little"))
