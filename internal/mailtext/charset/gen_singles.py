#!/usr/bin/env python3
"""Writes singles.bin: the encodings of one byte a character that x/text lacks.

Run it in this folder when a name is added, here and to moreSingles in
singles.go, in the same order. Each takes 128 code points of two bytes, little
endian, for the bytes 80 to FF; FFFD where the encoding has no character.
The mappings are the vendors', read through Python's codecs.
"""
NAMES = ["mac_latin2", "mac_greek", "mac_turkish", "mac_iceland", "mac_croatian", "mac_romanian", "mac_arabic", "mac_farsi",
         "cp737", "cp775", "cp857", "cp861", "cp864", "cp869", "cp1125", "hp_roman8", "kz1048", "ptcp154", "cp720", "cp856", "koi8_t"]

with open("singles.bin", "wb") as out:
    for name in NAMES:
        for c in bytes(range(128, 256)).decode(name, "replace"):
            out.write(ord(c).to_bytes(2, "little"))
