#!/usr/bin/env python3
"""Writes emoji.txt, the pictures of Japanese mobile carriers as Unicode.

usage: gen_emoji.py EmojiSources.txt   (of the Unicode Character Database)
A line is the carrier (d: docomo, k: KDDI, s: SoftBank), its code in Shift_JIS,
and one or two code points of Unicode.
"""
import sys

lines = []
for line in open(sys.argv[1], encoding="utf-8"):
    fields = line.split("#")[0].strip().split(";")
    if len(fields) != 4:
        continue
    for carrier, code in zip("dks", fields[1:]):
        if code:
            lines.append(f"{carrier} {code} {fields[0]}\n")
with open("emoji.txt", "w", encoding="ascii") as out:
    out.writelines(sorted(lines))
