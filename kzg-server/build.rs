//! Compiles the interface of gRPC, without protoc.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=proto");
    #[cfg(feature = "grpc")]
    compile()?;
    Ok(())
}

#[cfg(feature = "grpc")]
fn compile() -> Result<(), Box<dyn std::error::Error>> {
    use prost::Message;

    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    let descriptors = protox::compile(["kzg/v1/kzg.proto"], ["proto"])?;
    // Reflection sends the descriptors.
    std::fs::write(out.join("kzg.bin"), descriptors.encode_to_vec())?;
    let interface = || {
        tonic_prost_build::configure()
            .build_transport(false)
            .bytes(".")
    };
    // The client is for the tests.
    let client = out.join("client");
    std::fs::create_dir_all(&client)?;
    interface()
        .build_server(false)
        .out_dir(client)
        .compile_fds(descriptors.clone())?;
    interface()
        .build_client(false)
        .codec_path("crate::grpc::codec::BoundedCodec")
        .compile_fds(descriptors)?;
    Ok(())
}
