package demo

import (
	"bytes"
	"hash/fnv"
	"image"
	"image/color"
	"image/draw"
	"image/png"
)

// screenshot draws a picture such as customers attach: a window with a dialog
// in it. The same name gives the same picture.
func screenshot(name string) []byte {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	shade := uint8(h.Sum32() % 40)
	m := image.NewRGBA(image.Rect(0, 0, 480, 300))
	fill := func(x0, y0, x1, y1 int, c color.RGBA) {
		draw.Draw(m, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(0, 0, 480, 300, color.RGBA{232, 236, 242, 255})
	fill(0, 0, 480, 34, color.RGBA{40 + shade, 60 + shade, 96 + shade, 255})
	fill(12, 11, 24, 23, color.RGBA{240, 96, 88, 255})
	fill(30, 11, 42, 23, color.RGBA{246, 190, 80, 255})
	fill(48, 11, 60, 23, color.RGBA{98, 197, 84, 255})
	fill(90, 80, 390, 250, color.RGBA{190, 196, 206, 255})
	fill(91, 81, 389, 249, color.RGBA{255, 255, 255, 255})
	fill(112, 104, 136, 128, color.RGBA{197, 58, 38, 255})
	fill(122, 108, 126, 119, color.RGBA{255, 255, 255, 255})
	fill(122, 121, 126, 124, color.RGBA{255, 255, 255, 255})
	for i, w := range []int{190, 214, 150} {
		y := 108 + i*22
		fill(152, y, 152+w, y+9, color.RGBA{96, 104, 118, 255})
	}
	fill(300, 206, 370, 230, color.RGBA{28, 68, 148, 255})
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil // writing to memory does not fail
	}
	return b.Bytes()
}
