module tollgate.dev/peers/go

go 1.22
