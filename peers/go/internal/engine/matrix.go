package engine

// matrix is rows of int8 values, row after row.
type matrix struct {
	rows, columns int
	values        []int8
}

func (m *matrix) row(at int) []int8 {
	return m.values[at*m.columns : (at+1)*m.columns]
}

// scores appends the dot product of every row with a vector as long as a row.
func (m *matrix) scores(vector []int8, to []int32) []int32 {
	for at := range m.rows {
		to = append(to, dot(m.row(at), vector))
	}
	return to
}

// dot adds up in four sums, which a processor makes side by side.
func dot(one, other []int8) int32 {
	var a, b, c, d int32
	for len(one) >= 4 && len(other) >= 4 {
		a += int32(one[0]) * int32(other[0])
		b += int32(one[1]) * int32(other[1])
		c += int32(one[2]) * int32(other[2])
		d += int32(one[3]) * int32(other[3])
		one, other = one[4:], other[4:]
	}
	for at := range min(len(one), len(other)) {
		a += int32(one[at]) * int32(other[at])
	}
	return a + b + c + d
}
