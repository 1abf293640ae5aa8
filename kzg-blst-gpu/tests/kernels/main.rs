//! The kernels' PTX on the interpreter, each against its definition: field products at edges and at
//! random against big integers, and additions of points in every exceptional case against kzg-blst.

mod device;
mod fields;
mod points;
