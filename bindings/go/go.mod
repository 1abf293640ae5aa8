module kzg

go 1.19
