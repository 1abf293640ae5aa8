# Written by tools/avx2_kernels.py
push rbp
push rbx
push r12
push r13
mov rbp, rsp
sub rsp, 1024
and rsp, -64
lea rax, [rsp+128]
lea rbx, [rsp+384]
lea r12, [rsp+640]
lea r13, [rsp+896]
lea r8, [rip+{constants}+128]
lea r11, [r8+256]
lea r9, [rsi+384]
add rsi, 128
lea r10, [rdx+384]
add rdx, 128
vmovapd ymm0, [rsi-128]
vmovapd ymm1, [rdx-128]
vmovapd ymm2, [r11-128]
vfmadd231pd ymm2, ymm0, ymm1
vmovapd ymm3, [r11-128]
vsubpd ymm4, ymm2, ymm3
vfmsub231pd ymm4, ymm0, ymm1
vmovapd ymm5, [r11-96]
vaddpd ymm4, ymm4, ymm5
vmovapd ymm6, [rdx-96]
vmovapd ymm7, ymm3
vfmadd231pd ymm7, ymm0, ymm6
vsubpd ymm8, ymm7, ymm3
vfmsub231pd ymm8, ymm0, ymm6
vaddpd ymm8, ymm8, ymm5
vmovapd ymm9, [rsi-96]
vmovapd ymm10, ymm7
vfmadd231pd ymm10, ymm1, ymm9
vsubpd ymm7, ymm7, ymm10
vfmadd231pd ymm7, ymm9, ymm1
vaddpd ymm7, ymm8, ymm7
vmovapd ymm8, [r9-128]
vmovapd ymm11, [r10-128]
vmovapd ymm12, ymm3
vfmadd231pd ymm12, ymm8, ymm11
vsubpd ymm13, ymm12, ymm3
vfmsub231pd ymm13, ymm8, ymm11
vaddpd ymm13, ymm13, ymm5
vmovapd ymm14, [r10-96]
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm8, ymm14
vmovapd [rax-128], ymm12
vsubpd ymm12, ymm15, ymm3
vfmsub231pd ymm12, ymm8, ymm14
vaddpd ymm12, ymm12, ymm5
vmovapd ymm14, [r9-96]
vmovapd ymm8, ymm15
vfmadd231pd ymm8, ymm11, ymm14
vsubpd ymm15, ymm15, ymm8
vfmadd231pd ymm15, ymm14, ymm11
vaddpd ymm15, ymm12, ymm15
vsubpd ymm4, ymm4, ymm5
vmovapd ymm12, [r11-32]
vmovapd ymm11, ymm3
vfmadd231pd ymm11, ymm4, ymm12
vsubpd ymm11, ymm11, ymm3
vfmsub231pd ymm11, ymm4, ymm12
vfmadd231pd ymm4, ymm11, [r8-128]
vaddpd ymm4, ymm2, ymm4
vmovapd ymm2, [rsi-32]
vmovapd ymm14, [rdx+96]
vmovapd [rax-96], ymm15
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm2, ymm14
vmovapd [rax-64], ymm8
vsubpd ymm8, ymm15, ymm3
vfmsub231pd ymm8, ymm2, ymm14
vaddpd ymm8, ymm8, ymm5
vmovapd [rax-32], ymm13
vmovapd ymm13, [rsi+0]
vmovapd ymm12, [rdx+64]
vmovapd ymm2, ymm15
vfmadd231pd ymm2, ymm13, ymm12
vsubpd ymm15, ymm15, ymm2
vfmadd231pd ymm15, ymm13, ymm12
vaddpd ymm15, ymm8, ymm15
vmovapd ymm8, ymm3
vfmadd231pd ymm8, ymm13, ymm14
vsubpd ymm1, ymm8, ymm3
vfmsub231pd ymm1, ymm13, ymm14
vaddpd ymm1, ymm1, ymm5
vmovapd ymm13, [rsi+32]
vmovapd ymm14, [rdx+32]
vmovapd ymm6, ymm2
vfmadd231pd ymm6, ymm13, ymm14
vsubpd ymm2, ymm2, ymm6
vfmadd231pd ymm2, ymm13, ymm14
vaddpd ymm2, ymm15, ymm2
vmovapd ymm15, ymm8
vfmadd231pd ymm15, ymm13, ymm12
vsubpd ymm8, ymm8, ymm15
vfmadd231pd ymm8, ymm13, ymm12
vaddpd ymm8, ymm1, ymm8
vmovapd ymm1, [rsi+64]
vmovapd ymm12, [rdx+0]
vmovapd ymm13, ymm6
vfmadd231pd ymm13, ymm1, ymm12
vsubpd ymm6, ymm6, ymm13
vfmadd231pd ymm6, ymm1, ymm12
vaddpd ymm6, ymm2, ymm6
vmovapd ymm2, ymm15
vfmadd231pd ymm2, ymm1, ymm14
vsubpd ymm15, ymm15, ymm2
vfmadd231pd ymm15, ymm1, ymm14
vaddpd ymm15, ymm8, ymm15
vmovapd ymm8, [rsi+96]
vmovapd ymm14, [rdx-32]
vmovapd ymm1, ymm13
vfmadd231pd ymm1, ymm8, ymm14
vsubpd ymm13, ymm13, ymm1
vfmadd231pd ymm13, ymm8, ymm14
vaddpd ymm13, ymm6, ymm13
vmovapd ymm6, ymm2
vfmadd231pd ymm6, ymm8, ymm12
vsubpd ymm2, ymm2, ymm6
vfmadd231pd ymm2, ymm8, ymm12
vaddpd ymm2, ymm15, ymm2
vmovapd ymm15, [r8-96]
vmovapd [rax+0], ymm2
vmovapd ymm2, ymm10
vfmadd231pd ymm2, ymm11, ymm15
vsubpd ymm10, ymm10, ymm2
vfmadd231pd ymm10, ymm11, ymm15
vaddpd ymm10, ymm7, ymm10
vmovapd ymm7, [rdx-64]
vmovapd [rax+32], ymm6
vmovapd ymm6, ymm3
vfmadd231pd ymm6, ymm0, ymm7
vmovapd [rax+64], ymm13
vsubpd ymm13, ymm6, ymm3
vfmsub231pd ymm13, ymm0, ymm7
vaddpd ymm13, ymm13, ymm5
vmovapd [rax+96], ymm1
vmovapd ymm1, ymm3
vfmadd231pd ymm1, ymm0, ymm14
vsubpd ymm12, ymm1, ymm3
vfmsub231pd ymm12, ymm0, ymm14
vaddpd ymm12, ymm12, ymm5
vmovapd ymm14, [rdx-96]
vmovapd ymm0, ymm6
vfmadd231pd ymm0, ymm9, ymm14
vsubpd ymm6, ymm6, ymm0
vfmadd231pd ymm6, ymm9, ymm14
vaddpd ymm6, ymm13, ymm6
vmovapd ymm13, ymm1
vfmadd231pd ymm13, ymm9, ymm7
vsubpd ymm1, ymm1, ymm13
vfmadd231pd ymm1, ymm9, ymm7
vaddpd ymm1, ymm12, ymm1
vmovapd ymm12, [rsi-64]
vmovapd ymm7, [rdx-128]
vmovapd ymm9, ymm0
vfmadd231pd ymm9, ymm12, ymm7
vsubpd ymm0, ymm0, ymm9
vfmadd231pd ymm0, ymm12, ymm7
vaddpd ymm0, ymm6, ymm0
vmovapd ymm6, ymm13
vfmadd231pd ymm6, ymm12, ymm14
vsubpd ymm13, ymm13, ymm6
vfmadd231pd ymm13, ymm12, ymm14
vaddpd ymm13, ymm1, ymm13
vmovapd ymm1, [rsi-32]
vmovapd ymm14, ymm6
vfmadd231pd ymm14, ymm7, ymm1
vsubpd ymm6, ymm6, ymm14
vfmadd231pd ymm6, ymm1, ymm7
vaddpd ymm6, ymm13, ymm6
vfmadd231pd ymm10, ymm4, [r11-64]
vmovapd ymm4, [r11-32]
vmovapd ymm13, ymm3
vfmadd231pd ymm13, ymm10, ymm4
vsubpd ymm13, ymm13, ymm3
vfmsub231pd ymm13, ymm10, ymm4
vfmadd231pd ymm10, ymm13, [r8-128]
vaddpd ymm10, ymm2, ymm10
vmovapd ymm2, [rsi+32]
vmovapd ymm7, [rdx+96]
vmovapd ymm1, ymm3
vfmadd231pd ymm1, ymm2, ymm7
vsubpd ymm12, ymm1, ymm3
vfmsub231pd ymm12, ymm2, ymm7
vaddpd ymm12, ymm12, ymm5
vmovapd ymm2, [rsi+64]
vmovapd [rbx-128], ymm10
vmovapd ymm10, [rdx+64]
vmovapd ymm4, ymm1
vfmadd231pd ymm4, ymm2, ymm10
vsubpd ymm1, ymm1, ymm4
vfmadd231pd ymm1, ymm2, ymm10
vaddpd ymm1, ymm12, ymm1
vmovapd ymm12, ymm3
vfmadd231pd ymm12, ymm2, ymm7
vsubpd ymm15, ymm12, ymm3
vfmsub231pd ymm15, ymm2, ymm7
vaddpd ymm15, ymm15, ymm5
vmovapd ymm2, [rdx+32]
vmovapd ymm5, ymm4
vfmadd231pd ymm5, ymm8, ymm2
vsubpd ymm4, ymm4, ymm5
vfmadd231pd ymm4, ymm8, ymm2
vaddpd ymm4, ymm1, ymm4
vmovapd ymm1, ymm12
vfmadd231pd ymm1, ymm8, ymm10
vsubpd ymm12, ymm12, ymm1
vfmadd231pd ymm12, ymm8, ymm10
vaddpd ymm12, ymm15, ymm12
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm8, ymm7
vmovapd [rbx-96], ymm12
vsubpd ymm12, ymm15, ymm3
vfmsub231pd ymm12, ymm8, ymm7
vmovapd [rbx-64], ymm15
vmovapd ymm15, [r11-96]
vaddpd ymm12, ymm12, ymm15
vmovapd [rbx-32], ymm12
vmovapd ymm12, [r8-64]
vmovapd [rbx+0], ymm1
vmovapd ymm1, ymm9
vfmadd231pd ymm1, ymm11, ymm12
vsubpd ymm9, ymm9, ymm1
vfmadd231pd ymm9, ymm11, ymm12
vaddpd ymm9, ymm0, ymm9
vmovapd ymm0, [r8-32]
vmovapd [rbx+32], ymm4
vmovapd ymm4, ymm14
vfmadd231pd ymm4, ymm11, ymm0
vsubpd ymm14, ymm14, ymm4
vfmadd231pd ymm14, ymm11, ymm0
vaddpd ymm14, ymm6, ymm14
vmovapd ymm6, [r8-96]
vmovapd [rbx+64], ymm5
vmovapd ymm5, ymm1
vfmadd231pd ymm5, ymm13, ymm6
vsubpd ymm1, ymm1, ymm5
vfmadd231pd ymm1, ymm13, ymm6
vaddpd ymm1, ymm9, ymm1
vmovapd ymm9, ymm4
vfmadd231pd ymm9, ymm13, ymm12
vsubpd ymm4, ymm4, ymm9
vfmadd231pd ymm4, ymm13, ymm12
vaddpd ymm4, ymm14, ymm4
vmovapd ymm14, [rax-32]
vsubpd ymm14, ymm14, ymm15
vmovapd ymm8, [r11-32]
vmovapd ymm7, ymm3
vfmadd231pd ymm7, ymm14, ymm8
vsubpd ymm7, ymm7, ymm3
vfmsub231pd ymm7, ymm14, ymm8
vfmadd231pd ymm14, ymm7, [r8-128]
vaddpd ymm14, ymm14, [rax-128]
vmovapd ymm10, [r9-32]
vmovapd [rax-128], ymm13
vmovapd ymm13, [r10+96]
vmovapd [rax-32], ymm11
vmovapd ymm11, ymm3
vfmadd231pd ymm11, ymm10, ymm13
vsubpd ymm2, ymm11, ymm3
vfmsub231pd ymm2, ymm10, ymm13
vaddpd ymm2, ymm2, ymm15
vmovapd ymm0, [r9+0]
vmovapd ymm12, [r10+64]
vmovapd [rbx+96], ymm4
vmovapd ymm4, ymm11
vfmadd231pd ymm4, ymm0, ymm12
vsubpd ymm11, ymm11, ymm4
vfmadd231pd ymm11, ymm0, ymm12
vaddpd ymm11, ymm2, ymm11
vmovapd ymm2, ymm3
vfmadd231pd ymm2, ymm0, ymm13
vmovapd [r12-128], ymm9
vsubpd ymm9, ymm2, ymm3
vfmsub231pd ymm9, ymm0, ymm13
vaddpd ymm9, ymm9, ymm15
vmovapd ymm0, [r9+32]
vmovapd [r12-96], ymm5
vmovapd ymm5, [r10+32]
vmovapd [r12-64], ymm1
vmovapd ymm1, ymm4
vfmadd231pd ymm1, ymm0, ymm5
vsubpd ymm4, ymm4, ymm1
vfmadd231pd ymm4, ymm0, ymm5
vaddpd ymm4, ymm11, ymm4
vmovapd ymm11, ymm2
vfmadd231pd ymm11, ymm0, ymm12
vsubpd ymm2, ymm2, ymm11
vfmadd231pd ymm2, ymm0, ymm12
vaddpd ymm2, ymm9, ymm2
vmovapd ymm9, [r9+64]
vmovapd ymm12, [r10+0]
vmovapd ymm13, ymm1
vfmadd231pd ymm13, ymm9, ymm12
vsubpd ymm1, ymm1, ymm13
vfmadd231pd ymm1, ymm9, ymm12
vaddpd ymm1, ymm4, ymm1
vmovapd ymm4, ymm11
vfmadd231pd ymm4, ymm9, ymm5
vsubpd ymm11, ymm11, ymm4
vfmadd231pd ymm11, ymm9, ymm5
vaddpd ymm11, ymm2, ymm11
vmovapd ymm2, [r9+96]
vmovapd ymm5, [r10-32]
vmovapd ymm9, ymm13
vfmadd231pd ymm9, ymm2, ymm5
vsubpd ymm13, ymm13, ymm9
vfmadd231pd ymm13, ymm2, ymm5
vaddpd ymm13, ymm1, ymm13
vmovapd ymm1, ymm4
vfmadd231pd ymm1, ymm2, ymm12
vsubpd ymm4, ymm4, ymm1
vfmadd231pd ymm4, ymm2, ymm12
vaddpd ymm4, ymm11, ymm4
vmovapd ymm11, [rax-64]
vfmadd231pd ymm11, ymm7, ymm6
vmovapd [r12-32], ymm4
vmovapd ymm4, [rax-64]
vsubpd ymm4, ymm4, ymm11
vfmadd231pd ymm4, ymm7, ymm6
vaddpd ymm4, ymm4, [rax-96]
vmovapd [rax-96], ymm1
vmovapd ymm1, [r9-128]
vmovapd [rax-64], ymm13
vmovapd ymm13, [r10-64]
vmovapd [r12+0], ymm9
vmovapd ymm9, ymm3
vfmadd231pd ymm9, ymm1, ymm13
vsubpd ymm12, ymm9, ymm3
vfmsub231pd ymm12, ymm1, ymm13
vaddpd ymm12, ymm12, ymm15
vmovapd ymm6, ymm3
vfmadd231pd ymm6, ymm1, ymm5
vsubpd ymm2, ymm6, ymm3
vfmsub231pd ymm2, ymm1, ymm5
vaddpd ymm2, ymm2, ymm15
vmovapd ymm5, [r9-96]
vmovapd ymm1, [r10-96]
vmovapd ymm15, ymm9
vfmadd231pd ymm15, ymm5, ymm1
vsubpd ymm9, ymm9, ymm15
vfmadd231pd ymm9, ymm5, ymm1
vaddpd ymm9, ymm12, ymm9
vmovapd ymm12, ymm6
vfmadd231pd ymm12, ymm5, ymm13
vsubpd ymm6, ymm6, ymm12
vfmadd231pd ymm6, ymm5, ymm13
vaddpd ymm6, ymm2, ymm6
vmovapd ymm2, [r9-64]
vmovapd ymm13, [r10-128]
vmovapd ymm5, ymm15
vfmadd231pd ymm5, ymm2, ymm13
vsubpd ymm15, ymm15, ymm5
vfmadd231pd ymm15, ymm2, ymm13
vaddpd ymm15, ymm9, ymm15
vmovapd ymm9, ymm12
vfmadd231pd ymm9, ymm2, ymm1
vsubpd ymm12, ymm12, ymm9
vfmadd231pd ymm12, ymm2, ymm1
vaddpd ymm12, ymm6, ymm12
vmovapd ymm6, ymm9
vfmadd231pd ymm6, ymm10, ymm13
vsubpd ymm9, ymm9, ymm6
vfmadd231pd ymm9, ymm10, ymm13
vaddpd ymm9, ymm12, ymm9
vfmadd231pd ymm4, ymm14, [r11-64]
vmovapd ymm14, ymm3
vfmadd231pd ymm14, ymm4, ymm8
vsubpd ymm14, ymm14, ymm3
vfmsub231pd ymm14, ymm4, ymm8
vfmadd231pd ymm4, ymm14, [r8-128]
vaddpd ymm4, ymm11, ymm4
vmovapd ymm11, [r10+96]
vmovapd ymm12, ymm3
vfmadd231pd ymm12, ymm0, ymm11
vsubpd ymm13, ymm12, ymm3
vfmsub231pd ymm13, ymm0, ymm11
vmovapd ymm0, [r11-96]
vaddpd ymm13, ymm13, ymm0
vmovapd ymm10, [r9+64]
vmovapd ymm1, [r10+64]
vmovapd ymm2, ymm12
vfmadd231pd ymm2, ymm10, ymm1
vsubpd ymm12, ymm12, ymm2
vfmadd231pd ymm12, ymm10, ymm1
vaddpd ymm12, ymm13, ymm12
vmovapd ymm13, ymm3
vfmadd231pd ymm13, ymm10, ymm11
vmovapd [r12+32], ymm4
vsubpd ymm4, ymm13, ymm3
vfmsub231pd ymm4, ymm10, ymm11
vaddpd ymm4, ymm4, ymm0
vmovapd ymm10, [r9+96]
vmovapd ymm8, [r10+32]
vmovapd ymm0, ymm2
vfmadd231pd ymm0, ymm10, ymm8
vsubpd ymm2, ymm2, ymm0
vfmadd231pd ymm2, ymm10, ymm8
vaddpd ymm2, ymm12, ymm2
vmovapd ymm12, ymm13
vfmadd231pd ymm12, ymm10, ymm1
vsubpd ymm13, ymm13, ymm12
vfmadd231pd ymm13, ymm10, ymm1
vaddpd ymm13, ymm4, ymm13
vmovapd ymm4, ymm3
vfmadd231pd ymm4, ymm10, ymm11
vmovapd [r12+64], ymm13
vsubpd ymm13, ymm4, ymm3
vfmsub231pd ymm13, ymm10, ymm11
vaddpd ymm13, ymm13, [r11-96]
vmovapd [r12+96], ymm13
vmovapd ymm13, [r8-64]
vmovapd [r13-128], ymm4
vmovapd ymm4, ymm5
vfmadd231pd ymm4, ymm7, ymm13
vsubpd ymm5, ymm5, ymm4
vfmadd231pd ymm5, ymm7, ymm13
vaddpd ymm5, ymm15, ymm5
vmovapd ymm15, [r8-32]
vmovapd [r13-96], ymm12
vmovapd ymm12, ymm6
vfmadd231pd ymm12, ymm7, ymm15
vsubpd ymm6, ymm6, ymm12
vfmadd231pd ymm6, ymm7, ymm15
vaddpd ymm6, ymm9, ymm6
vmovapd ymm9, [r8-96]
vmovapd [r13-64], ymm2
vmovapd ymm2, ymm4
vfmadd231pd ymm2, ymm14, ymm9
vsubpd ymm4, ymm4, ymm2
vfmadd231pd ymm4, ymm14, ymm9
vaddpd ymm4, ymm5, ymm4
vmovapd ymm5, ymm12
vfmadd231pd ymm5, ymm14, ymm13
vsubpd ymm12, ymm12, ymm5
vfmadd231pd ymm12, ymm14, ymm13
vaddpd ymm12, ymm6, ymm12
vmovapd ymm6, [rbx-128]
vmovapd [r13-32], ymm0
vmovapd ymm0, [r12-64]
vfmadd231pd ymm0, ymm6, [r11-64]
vmovapd ymm6, [r11-32]
vmovapd ymm10, ymm3
vfmadd231pd ymm10, ymm0, ymm6
vsubpd ymm10, ymm10, ymm3
vfmsub231pd ymm10, ymm0, ymm6
vfmadd231pd ymm0, ymm10, [r8-128]
vaddpd ymm0, ymm0, [r12-96]
vmovapd ymm11, [r12-128]
vfmadd231pd ymm11, ymm10, ymm9
vmovapd ymm1, [r12-128]
vsubpd ymm1, ymm1, ymm11
vfmadd231pd ymm1, ymm10, ymm9
vaddpd ymm1, ymm1, [rbx+96]
vmovapd [rbx+96], ymm14
vmovapd ymm14, [rsi-128]
vmovapd [r12-128], ymm7
vmovapd ymm7, [rdx+0]
vmovapd ymm8, ymm3
vfmadd231pd ymm8, ymm14, ymm7
vsubpd ymm9, ymm8, ymm3
vfmsub231pd ymm9, ymm14, ymm7
vmovapd ymm13, [r11-96]
vaddpd ymm9, ymm9, ymm13
vmovapd ymm6, [rdx+32]
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm14, ymm6
vmovapd [r12-96], ymm12
vsubpd ymm12, ymm15, ymm3
vfmsub231pd ymm12, ymm14, ymm6
vaddpd ymm12, ymm12, ymm13
vmovapd ymm6, [rsi-96]
vmovapd ymm14, [rdx-32]
vmovapd ymm13, ymm8
vfmadd231pd ymm13, ymm6, ymm14
vsubpd ymm8, ymm8, ymm13
vfmadd231pd ymm8, ymm6, ymm14
vaddpd ymm8, ymm9, ymm8
vmovapd ymm9, ymm15
vfmadd231pd ymm9, ymm6, ymm7
vsubpd ymm15, ymm15, ymm9
vfmadd231pd ymm15, ymm6, ymm7
vaddpd ymm15, ymm12, ymm15
vmovapd ymm12, [rsi-64]
vmovapd ymm7, [rdx-64]
vmovapd ymm6, ymm13
vfmadd231pd ymm6, ymm12, ymm7
vsubpd ymm13, ymm13, ymm6
vfmadd231pd ymm13, ymm12, ymm7
vaddpd ymm13, ymm8, ymm13
vmovapd ymm8, ymm9
vfmadd231pd ymm8, ymm12, ymm14
vsubpd ymm9, ymm9, ymm8
vfmadd231pd ymm9, ymm12, ymm14
vaddpd ymm9, ymm15, ymm9
vmovapd ymm15, [rsi-32]
vmovapd ymm14, [rdx-96]
vmovapd ymm12, ymm6
vfmadd231pd ymm12, ymm15, ymm14
vsubpd ymm6, ymm6, ymm12
vfmadd231pd ymm6, ymm15, ymm14
vaddpd ymm6, ymm13, ymm6
vmovapd ymm13, ymm8
vfmadd231pd ymm13, ymm15, ymm7
vsubpd ymm8, ymm8, ymm13
vfmadd231pd ymm8, ymm15, ymm7
vaddpd ymm8, ymm9, ymm8
vmovapd ymm9, [rsi+0]
vmovapd ymm7, [rdx-128]
vmovapd ymm15, ymm12
vfmadd231pd ymm15, ymm9, ymm7
vsubpd ymm12, ymm12, ymm15
vfmadd231pd ymm12, ymm9, ymm7
vaddpd ymm12, ymm6, ymm12
vmovapd ymm6, ymm13
vfmadd231pd ymm6, ymm9, ymm14
vsubpd ymm13, ymm13, ymm6
vfmadd231pd ymm13, ymm9, ymm14
vaddpd ymm13, ymm8, ymm13
vmovapd ymm8, [rsi+32]
vmovapd ymm14, ymm6
vfmadd231pd ymm14, ymm7, ymm8
vsubpd ymm6, ymm6, ymm14
vfmadd231pd ymm6, ymm8, ymm7
vaddpd ymm6, ymm13, ymm6
vmovapd ymm13, [rax-32]
vmovapd ymm7, [r8+0]
vmovapd ymm8, ymm15
vfmadd231pd ymm8, ymm13, ymm7
vsubpd ymm15, ymm15, ymm8
vfmadd231pd ymm15, ymm13, ymm7
vaddpd ymm15, ymm12, ymm15
vmovapd ymm12, [r8+32]
vmovapd ymm9, ymm14
vfmadd231pd ymm9, ymm13, ymm12
vsubpd ymm14, ymm14, ymm9
vfmadd231pd ymm14, ymm13, ymm12
vaddpd ymm14, ymm6, ymm14
vmovapd ymm6, [rax-128]
vmovapd ymm13, [r8-32]
vmovapd ymm12, ymm8
vfmadd231pd ymm12, ymm6, ymm13
vsubpd ymm8, ymm8, ymm12
vfmadd231pd ymm8, ymm6, ymm13
vaddpd ymm8, ymm15, ymm8
vmovapd ymm15, ymm9
vfmadd231pd ymm15, ymm6, ymm7
vsubpd ymm9, ymm9, ymm15
vfmadd231pd ymm9, ymm6, ymm7
vaddpd ymm9, ymm14, ymm9
vmovapd ymm14, [r11-64]
vfmadd231pd ymm1, ymm0, ymm14
vmovapd ymm0, [r11-32]
vmovapd ymm6, ymm3
vfmadd231pd ymm6, ymm1, ymm0
vsubpd ymm6, ymm6, ymm3
vfmsub231pd ymm6, ymm1, ymm0
vmovapd ymm7, [r8-128]
vfmadd231pd ymm1, ymm6, ymm7
vaddpd ymm1, ymm11, ymm1
vmovapd ymm11, [r8-64]
vmovapd [r12-64], ymm1
vmovapd ymm1, ymm12
vfmadd231pd ymm1, ymm10, ymm11
vsubpd ymm12, ymm12, ymm1
vfmadd231pd ymm12, ymm10, ymm11
vaddpd ymm12, ymm8, ymm12
vmovapd ymm8, ymm15
vfmadd231pd ymm8, ymm10, ymm13
vsubpd ymm15, ymm15, ymm8
vfmadd231pd ymm15, ymm10, ymm13
vaddpd ymm15, ymm9, ymm15
vmovapd ymm9, [r8-96]
vmovapd [rbx-128], ymm10
vmovapd ymm10, ymm1
vfmadd231pd ymm10, ymm6, ymm9
vsubpd ymm1, ymm1, ymm10
vfmadd231pd ymm1, ymm6, ymm9
vaddpd ymm1, ymm12, ymm1
vmovapd ymm12, ymm8
vfmadd231pd ymm12, ymm6, ymm11
vsubpd ymm8, ymm8, ymm12
vfmadd231pd ymm8, ymm6, ymm11
vaddpd ymm8, ymm15, ymm8
vfmadd231pd ymm4, ymm14, [r12+32]
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm4, ymm0
vsubpd ymm15, ymm15, ymm3
vfmsub231pd ymm15, ymm4, ymm0
vfmadd231pd ymm4, ymm15, ymm7
vaddpd ymm4, ymm2, ymm4
vmovapd ymm2, ymm5
vfmadd231pd ymm2, ymm15, ymm9
vsubpd ymm5, ymm5, ymm2
vfmadd231pd ymm5, ymm15, ymm9
vaddpd ymm5, ymm5, [r12-96]
vmovapd [r12-96], ymm6
vmovapd ymm6, [r9-128]
vmovapd ymm9, [r10+0]
vmovapd ymm11, ymm3
vfmadd231pd ymm11, ymm6, ymm9
vsubpd ymm7, ymm11, ymm3
vfmsub231pd ymm7, ymm6, ymm9
vmovapd ymm0, [r11-96]
vaddpd ymm7, ymm7, ymm0
vmovapd ymm14, [r10+32]
vmovapd ymm13, ymm3
vfmadd231pd ymm13, ymm6, ymm14
vmovapd [r12+32], ymm8
vsubpd ymm8, ymm13, ymm3
vfmsub231pd ymm8, ymm6, ymm14
vaddpd ymm8, ymm8, ymm0
vmovapd ymm14, [r9-96]
vmovapd ymm6, [r10-32]
vmovapd ymm0, ymm11
vfmadd231pd ymm0, ymm14, ymm6
vsubpd ymm11, ymm11, ymm0
vfmadd231pd ymm11, ymm14, ymm6
vaddpd ymm11, ymm7, ymm11
vmovapd ymm7, ymm13
vfmadd231pd ymm7, ymm14, ymm9
vsubpd ymm13, ymm13, ymm7
vfmadd231pd ymm13, ymm14, ymm9
vaddpd ymm13, ymm8, ymm13
vmovapd ymm8, [r9-64]
vmovapd ymm9, [r10-64]
vmovapd ymm14, ymm0
vfmadd231pd ymm14, ymm8, ymm9
vsubpd ymm0, ymm0, ymm14
vfmadd231pd ymm0, ymm8, ymm9
vaddpd ymm0, ymm11, ymm0
vmovapd ymm11, ymm7
vfmadd231pd ymm11, ymm8, ymm6
vsubpd ymm7, ymm7, ymm11
vfmadd231pd ymm7, ymm8, ymm6
vaddpd ymm7, ymm13, ymm7
vmovapd ymm13, [r9-32]
vmovapd ymm6, [r10-96]
vmovapd ymm8, ymm14
vfmadd231pd ymm8, ymm13, ymm6
vsubpd ymm14, ymm14, ymm8
vfmadd231pd ymm14, ymm13, ymm6
vaddpd ymm14, ymm0, ymm14
vmovapd ymm0, ymm11
vfmadd231pd ymm0, ymm13, ymm9
vsubpd ymm11, ymm11, ymm0
vfmadd231pd ymm11, ymm13, ymm9
vaddpd ymm11, ymm7, ymm11
vmovapd ymm7, [r9+0]
vmovapd ymm9, [r10-128]
vmovapd ymm13, ymm8
vfmadd231pd ymm13, ymm7, ymm9
vsubpd ymm8, ymm8, ymm13
vfmadd231pd ymm8, ymm7, ymm9
vaddpd ymm8, ymm14, ymm8
vmovapd ymm14, ymm0
vfmadd231pd ymm14, ymm7, ymm6
vsubpd ymm0, ymm0, ymm14
vfmadd231pd ymm0, ymm7, ymm6
vaddpd ymm0, ymm11, ymm0
vmovapd ymm11, [r9+32]
vmovapd ymm6, ymm14
vfmadd231pd ymm6, ymm9, ymm11
vsubpd ymm14, ymm14, ymm6
vfmadd231pd ymm14, ymm11, ymm9
vaddpd ymm14, ymm0, ymm14
vmovapd ymm0, [r12-128]
vmovapd ymm9, [r8+0]
vmovapd ymm11, ymm13
vfmadd231pd ymm11, ymm0, ymm9
vsubpd ymm13, ymm13, ymm11
vfmadd231pd ymm13, ymm0, ymm9
vaddpd ymm13, ymm8, ymm13
vmovapd ymm8, [r8+32]
vmovapd ymm7, ymm6
vfmadd231pd ymm7, ymm0, ymm8
vsubpd ymm6, ymm6, ymm7
vfmadd231pd ymm6, ymm0, ymm8
vaddpd ymm6, ymm14, ymm6
vmovapd ymm14, [rbx+96]
vmovapd ymm0, [r8-32]
vmovapd ymm8, ymm11
vfmadd231pd ymm8, ymm14, ymm0
vsubpd ymm11, ymm11, ymm8
vfmadd231pd ymm11, ymm14, ymm0
vaddpd ymm11, ymm13, ymm11
vmovapd ymm13, ymm7
vfmadd231pd ymm13, ymm14, ymm9
vsubpd ymm7, ymm7, ymm13
vfmadd231pd ymm7, ymm14, ymm9
vaddpd ymm7, ymm6, ymm7
vmovapd ymm6, [r11-64]
vfmadd231pd ymm5, ymm4, ymm6
vmovapd ymm4, [r11-32]
vmovapd ymm14, ymm3
vfmadd231pd ymm14, ymm5, ymm4
vsubpd ymm14, ymm14, ymm3
vfmsub231pd ymm14, ymm5, ymm4
vmovapd ymm9, [r8-128]
vfmadd231pd ymm5, ymm14, ymm9
vaddpd ymm5, ymm2, ymm5
vmovapd ymm2, [r8-64]
vmovapd [r13+0], ymm5
vmovapd ymm5, ymm8
vfmadd231pd ymm5, ymm15, ymm2
vsubpd ymm8, ymm8, ymm5
vfmadd231pd ymm8, ymm15, ymm2
vaddpd ymm8, ymm11, ymm8
vmovapd ymm11, ymm13
vfmadd231pd ymm11, ymm15, ymm0
vsubpd ymm13, ymm13, ymm11
vfmadd231pd ymm13, ymm15, ymm0
vaddpd ymm13, ymm7, ymm13
vmovapd ymm7, [r8-96]
vmovapd [r13+32], ymm15
vmovapd ymm15, ymm5
vfmadd231pd ymm15, ymm14, ymm7
vsubpd ymm5, ymm5, ymm15
vfmadd231pd ymm5, ymm14, ymm7
vaddpd ymm5, ymm8, ymm5
vmovapd ymm8, ymm11
vfmadd231pd ymm8, ymm14, ymm2
vsubpd ymm11, ymm11, ymm8
vfmadd231pd ymm11, ymm14, ymm2
vaddpd ymm11, ymm13, ymm11
vfmadd231pd ymm1, ymm6, [r12-64]
vmovapd ymm13, ymm3
vfmadd231pd ymm13, ymm1, ymm4
vsubpd ymm13, ymm13, ymm3
vfmsub231pd ymm13, ymm1, ymm4
vfmadd231pd ymm1, ymm13, ymm9
vaddpd ymm1, ymm10, ymm1
vmovapd ymm10, ymm12
vfmadd231pd ymm10, ymm13, ymm7
vsubpd ymm12, ymm12, ymm10
vfmadd231pd ymm12, ymm13, ymm7
vaddpd ymm12, ymm12, [r12+32]
vmovapd [r12+32], ymm14
vmovapd ymm14, [rsi-128]
vmovapd ymm7, [rdx+64]
vmovapd ymm2, ymm3
vfmadd231pd ymm2, ymm14, ymm7
vsubpd ymm9, ymm2, ymm3
vfmsub231pd ymm9, ymm14, ymm7
vmovapd ymm4, [r11-96]
vaddpd ymm9, ymm9, ymm4
vmovapd ymm6, [rdx+96]
vmovapd ymm0, ymm3
vfmadd231pd ymm0, ymm14, ymm6
vmovapd [r12-64], ymm11
vsubpd ymm11, ymm0, ymm3
vfmsub231pd ymm11, ymm14, ymm6
vaddpd ymm11, ymm11, ymm4
vmovapd ymm14, [rsi-96]
vmovapd ymm6, [rdx+32]
vmovapd ymm4, ymm2
vfmadd231pd ymm4, ymm14, ymm6
vsubpd ymm2, ymm2, ymm4
vfmadd231pd ymm2, ymm14, ymm6
vaddpd ymm2, ymm9, ymm2
vmovapd ymm9, ymm0
vfmadd231pd ymm9, ymm14, ymm7
vsubpd ymm0, ymm0, ymm9
vfmadd231pd ymm0, ymm14, ymm7
vaddpd ymm0, ymm11, ymm0
vmovapd ymm11, [rsi-64]
vmovapd ymm7, [rdx+0]
vmovapd ymm14, ymm4
vfmadd231pd ymm14, ymm11, ymm7
vsubpd ymm4, ymm4, ymm14
vfmadd231pd ymm4, ymm11, ymm7
vaddpd ymm4, ymm2, ymm4
vmovapd ymm2, ymm9
vfmadd231pd ymm2, ymm11, ymm6
vsubpd ymm9, ymm9, ymm2
vfmadd231pd ymm9, ymm11, ymm6
vaddpd ymm9, ymm0, ymm9
vmovapd ymm0, [rsi-32]
vmovapd ymm6, [rdx-32]
vmovapd ymm11, ymm14
vfmadd231pd ymm11, ymm0, ymm6
vsubpd ymm14, ymm14, ymm11
vfmadd231pd ymm14, ymm0, ymm6
vaddpd ymm14, ymm4, ymm14
vmovapd ymm4, ymm2
vfmadd231pd ymm4, ymm0, ymm7
vsubpd ymm2, ymm2, ymm4
vfmadd231pd ymm2, ymm0, ymm7
vaddpd ymm2, ymm9, ymm2
vmovapd ymm9, [rsi+0]
vmovapd ymm7, [rdx-64]
vmovapd ymm0, ymm11
vfmadd231pd ymm0, ymm9, ymm7
vsubpd ymm11, ymm11, ymm0
vfmadd231pd ymm11, ymm9, ymm7
vaddpd ymm11, ymm14, ymm11
vmovapd ymm14, ymm4
vfmadd231pd ymm14, ymm9, ymm6
vsubpd ymm4, ymm4, ymm14
vfmadd231pd ymm4, ymm9, ymm6
vaddpd ymm4, ymm2, ymm4
vmovapd ymm2, [rsi+32]
vmovapd ymm6, [rdx-96]
vmovapd ymm9, ymm0
vfmadd231pd ymm9, ymm2, ymm6
vsubpd ymm0, ymm0, ymm9
vfmadd231pd ymm0, ymm2, ymm6
vaddpd ymm0, ymm11, ymm0
vmovapd ymm11, ymm14
vfmadd231pd ymm11, ymm2, ymm7
vsubpd ymm14, ymm14, ymm11
vfmadd231pd ymm14, ymm2, ymm7
vaddpd ymm14, ymm4, ymm14
vmovapd ymm4, [rsi+64]
vmovapd ymm7, [rdx-128]
vmovapd ymm2, ymm9
vfmadd231pd ymm2, ymm4, ymm7
vsubpd ymm9, ymm9, ymm2
vfmadd231pd ymm9, ymm4, ymm7
vaddpd ymm9, ymm0, ymm9
vmovapd ymm0, ymm11
vfmadd231pd ymm0, ymm4, ymm6
vsubpd ymm11, ymm11, ymm0
vfmadd231pd ymm11, ymm4, ymm6
vaddpd ymm11, ymm14, ymm11
vmovapd ymm14, [rsi+96]
vmovapd ymm6, ymm0
vfmadd231pd ymm6, ymm7, ymm14
vsubpd ymm0, ymm0, ymm6
vfmadd231pd ymm0, ymm14, ymm7
vaddpd ymm0, ymm11, ymm0
vmovapd ymm11, [rax-32]
vmovapd ymm7, [r8+64]
vmovapd ymm14, ymm2
vfmadd231pd ymm14, ymm11, ymm7
vsubpd ymm2, ymm2, ymm14
vfmadd231pd ymm2, ymm11, ymm7
vaddpd ymm2, ymm9, ymm2
vmovapd ymm9, [r8+96]
vmovapd ymm4, ymm6
vfmadd231pd ymm4, ymm11, ymm9
vsubpd ymm6, ymm6, ymm4
vfmadd231pd ymm6, ymm11, ymm9
vaddpd ymm6, ymm0, ymm6
vmovapd ymm0, [rax-128]
vmovapd ymm11, [r8+32]
vmovapd ymm9, ymm14
vfmadd231pd ymm9, ymm0, ymm11
vsubpd ymm14, ymm14, ymm9
vfmadd231pd ymm14, ymm0, ymm11
vaddpd ymm14, ymm2, ymm14
vmovapd ymm2, ymm4
vfmadd231pd ymm2, ymm0, ymm7
vsubpd ymm4, ymm4, ymm2
vfmadd231pd ymm4, ymm0, ymm7
vaddpd ymm4, ymm6, ymm4
vmovapd ymm6, [rbx-128]
vmovapd ymm0, [r8+0]
vmovapd ymm7, ymm9
vfmadd231pd ymm7, ymm6, ymm0
vsubpd ymm9, ymm9, ymm7
vfmadd231pd ymm9, ymm6, ymm0
vaddpd ymm9, ymm14, ymm9
vmovapd ymm14, ymm2
vfmadd231pd ymm14, ymm6, ymm11
vsubpd ymm2, ymm2, ymm14
vfmadd231pd ymm2, ymm6, ymm11
vaddpd ymm2, ymm4, ymm2
vmovapd ymm4, [r12-96]
vmovapd ymm6, [r8-32]
vmovapd ymm11, ymm7
vfmadd231pd ymm11, ymm4, ymm6
vsubpd ymm7, ymm7, ymm11
vfmadd231pd ymm7, ymm4, ymm6
vaddpd ymm7, ymm9, ymm7
vmovapd ymm9, ymm14
vfmadd231pd ymm9, ymm4, ymm0
vsubpd ymm14, ymm14, ymm9
vfmadd231pd ymm14, ymm4, ymm0
vaddpd ymm14, ymm2, ymm14
vmovapd ymm2, [r11-64]
vfmadd231pd ymm12, ymm1, ymm2
vmovapd ymm1, [r11-32]
vmovapd ymm4, ymm3
vfmadd231pd ymm4, ymm12, ymm1
vsubpd ymm4, ymm4, ymm3
vfmsub231pd ymm4, ymm12, ymm1
vmovapd ymm0, [r8-128]
vfmadd231pd ymm12, ymm4, ymm0
vaddpd ymm12, ymm10, ymm12
vmovapd ymm10, [r8-64]
vmovapd [rax-32], ymm12
vmovapd ymm12, ymm11
vfmadd231pd ymm12, ymm13, ymm10
vsubpd ymm11, ymm11, ymm12
vfmadd231pd ymm11, ymm13, ymm10
vaddpd ymm11, ymm7, ymm11
vmovapd ymm7, ymm9
vfmadd231pd ymm7, ymm13, ymm6
vsubpd ymm9, ymm9, ymm7
vfmadd231pd ymm9, ymm13, ymm6
vaddpd ymm9, ymm14, ymm9
vmovapd ymm14, [r8-96]
vmovapd [r13+64], ymm13
vmovapd ymm13, ymm12
vfmadd231pd ymm13, ymm4, ymm14
vsubpd ymm12, ymm12, ymm13
vfmadd231pd ymm12, ymm4, ymm14
vaddpd ymm12, ymm11, ymm12
vmovapd ymm11, ymm7
vfmadd231pd ymm11, ymm4, ymm10
vsubpd ymm7, ymm7, ymm11
vfmadd231pd ymm7, ymm4, ymm10
vaddpd ymm7, ymm9, ymm7
vfmadd231pd ymm5, ymm2, [r13+0]
vmovapd ymm9, ymm3
vfmadd231pd ymm9, ymm5, ymm1
vsubpd ymm9, ymm9, ymm3
vfmsub231pd ymm9, ymm5, ymm1
vfmadd231pd ymm5, ymm9, ymm0
vaddpd ymm5, ymm15, ymm5
vmovapd ymm15, ymm8
vfmadd231pd ymm15, ymm9, ymm14
vsubpd ymm8, ymm8, ymm15
vfmadd231pd ymm8, ymm9, ymm14
vaddpd ymm8, ymm8, [r12-64]
vmovapd [r12-64], ymm4
vmovapd ymm4, [r9-128]
vmovapd ymm14, [r10+64]
vmovapd ymm10, ymm3
vfmadd231pd ymm10, ymm4, ymm14
vsubpd ymm0, ymm10, ymm3
vfmsub231pd ymm0, ymm4, ymm14
vmovapd ymm1, [r11-96]
vaddpd ymm0, ymm0, ymm1
vmovapd ymm2, [r10+96]
vmovapd ymm6, ymm3
vfmadd231pd ymm6, ymm4, ymm2
vmovapd [r13+0], ymm7
vsubpd ymm7, ymm6, ymm3
vfmsub231pd ymm7, ymm4, ymm2
vaddpd ymm7, ymm7, ymm1
vmovapd ymm4, [r9-96]
vmovapd ymm2, [r10+32]
vmovapd ymm1, ymm10
vfmadd231pd ymm1, ymm4, ymm2
vsubpd ymm10, ymm10, ymm1
vfmadd231pd ymm10, ymm4, ymm2
vaddpd ymm10, ymm0, ymm10
vmovapd ymm0, ymm6
vfmadd231pd ymm0, ymm4, ymm14
vsubpd ymm6, ymm6, ymm0
vfmadd231pd ymm6, ymm4, ymm14
vaddpd ymm6, ymm7, ymm6
vmovapd ymm7, [r9-64]
vmovapd ymm14, [r10+0]
vmovapd ymm4, ymm1
vfmadd231pd ymm4, ymm7, ymm14
vsubpd ymm1, ymm1, ymm4
vfmadd231pd ymm1, ymm7, ymm14
vaddpd ymm1, ymm10, ymm1
vmovapd ymm10, ymm0
vfmadd231pd ymm10, ymm7, ymm2
vsubpd ymm0, ymm0, ymm10
vfmadd231pd ymm0, ymm7, ymm2
vaddpd ymm0, ymm6, ymm0
vmovapd ymm6, [r9-32]
vmovapd ymm2, [r10-32]
vmovapd ymm7, ymm4
vfmadd231pd ymm7, ymm6, ymm2
vsubpd ymm4, ymm4, ymm7
vfmadd231pd ymm4, ymm6, ymm2
vaddpd ymm4, ymm1, ymm4
vmovapd ymm1, ymm10
vfmadd231pd ymm1, ymm6, ymm14
vsubpd ymm10, ymm10, ymm1
vfmadd231pd ymm10, ymm6, ymm14
vaddpd ymm10, ymm0, ymm10
vmovapd ymm0, [r9+0]
vmovapd ymm14, [r10-64]
vmovapd ymm6, ymm7
vfmadd231pd ymm6, ymm0, ymm14
vsubpd ymm7, ymm7, ymm6
vfmadd231pd ymm7, ymm0, ymm14
vaddpd ymm7, ymm4, ymm7
vmovapd ymm4, ymm1
vfmadd231pd ymm4, ymm0, ymm2
vsubpd ymm1, ymm1, ymm4
vfmadd231pd ymm1, ymm0, ymm2
vaddpd ymm1, ymm10, ymm1
vmovapd ymm10, [r9+32]
vmovapd ymm2, [r10-96]
vmovapd ymm0, ymm6
vfmadd231pd ymm0, ymm10, ymm2
vsubpd ymm6, ymm6, ymm0
vfmadd231pd ymm6, ymm10, ymm2
vaddpd ymm6, ymm7, ymm6
vmovapd ymm7, ymm4
vfmadd231pd ymm7, ymm10, ymm14
vsubpd ymm4, ymm4, ymm7
vfmadd231pd ymm4, ymm10, ymm14
vaddpd ymm4, ymm1, ymm4
vmovapd ymm1, [r9+64]
vmovapd ymm14, [r10-128]
vmovapd ymm10, ymm0
vfmadd231pd ymm10, ymm1, ymm14
vsubpd ymm0, ymm0, ymm10
vfmadd231pd ymm0, ymm1, ymm14
vaddpd ymm0, ymm6, ymm0
vmovapd ymm6, ymm7
vfmadd231pd ymm6, ymm1, ymm2
vsubpd ymm7, ymm7, ymm6
vfmadd231pd ymm7, ymm1, ymm2
vaddpd ymm7, ymm4, ymm7
vmovapd ymm4, [r9+96]
vmovapd ymm2, ymm6
vfmadd231pd ymm2, ymm14, ymm4
vsubpd ymm6, ymm6, ymm2
vfmadd231pd ymm6, ymm4, ymm14
vaddpd ymm6, ymm7, ymm6
vmovapd ymm7, [r12-128]
vmovapd ymm14, [r8+64]
vmovapd ymm4, ymm10
vfmadd231pd ymm4, ymm7, ymm14
vsubpd ymm10, ymm10, ymm4
vfmadd231pd ymm10, ymm7, ymm14
vaddpd ymm10, ymm0, ymm10
vmovapd ymm0, [r8+96]
vmovapd ymm1, ymm2
vfmadd231pd ymm1, ymm7, ymm0
vsubpd ymm2, ymm2, ymm1
vfmadd231pd ymm2, ymm7, ymm0
vaddpd ymm2, ymm6, ymm2
vmovapd ymm6, [rbx+96]
vmovapd ymm7, [r8+32]
vmovapd ymm0, ymm4
vfmadd231pd ymm0, ymm6, ymm7
vsubpd ymm4, ymm4, ymm0
vfmadd231pd ymm4, ymm6, ymm7
vaddpd ymm4, ymm10, ymm4
vmovapd ymm10, ymm1
vfmadd231pd ymm10, ymm6, ymm14
vsubpd ymm1, ymm1, ymm10
vfmadd231pd ymm1, ymm6, ymm14
vaddpd ymm1, ymm2, ymm1
vmovapd ymm2, [r13+32]
vmovapd ymm6, [r8+0]
vmovapd ymm14, ymm0
vfmadd231pd ymm14, ymm2, ymm6
vsubpd ymm0, ymm0, ymm14
vfmadd231pd ymm0, ymm2, ymm6
vaddpd ymm0, ymm4, ymm0
vmovapd ymm4, ymm10
vfmadd231pd ymm4, ymm2, ymm7
vsubpd ymm10, ymm10, ymm4
vfmadd231pd ymm10, ymm2, ymm7
vaddpd ymm10, ymm1, ymm10
vmovapd ymm1, [r12+32]
vmovapd ymm2, [r8-32]
vmovapd ymm7, ymm14
vfmadd231pd ymm7, ymm1, ymm2
vsubpd ymm14, ymm14, ymm7
vfmadd231pd ymm14, ymm1, ymm2
vaddpd ymm14, ymm0, ymm14
vmovapd ymm0, ymm4
vfmadd231pd ymm0, ymm1, ymm6
vsubpd ymm4, ymm4, ymm0
vfmadd231pd ymm4, ymm1, ymm6
vaddpd ymm4, ymm10, ymm4
vmovapd ymm10, [r11-64]
vfmadd231pd ymm8, ymm5, ymm10
vmovapd ymm5, [r11-32]
vmovapd ymm1, ymm3
vfmadd231pd ymm1, ymm8, ymm5
vsubpd ymm1, ymm1, ymm3
vfmsub231pd ymm1, ymm8, ymm5
vmovapd ymm6, [r8-128]
vfmadd231pd ymm8, ymm1, ymm6
vaddpd ymm8, ymm15, ymm8
vmovapd ymm15, [r8-64]
vmovapd [r12-128], ymm8
vmovapd ymm8, ymm7
vfmadd231pd ymm8, ymm9, ymm15
vsubpd ymm7, ymm7, ymm8
vfmadd231pd ymm7, ymm9, ymm15
vaddpd ymm7, ymm14, ymm7
vmovapd ymm14, ymm0
vfmadd231pd ymm14, ymm9, ymm2
vsubpd ymm0, ymm0, ymm14
vfmadd231pd ymm0, ymm9, ymm2
vaddpd ymm0, ymm4, ymm0
vmovapd ymm4, [r8-96]
vmovapd [r13+96], ymm9
vmovapd ymm9, ymm8
vfmadd231pd ymm9, ymm1, ymm4
vsubpd ymm8, ymm8, ymm9
vfmadd231pd ymm8, ymm1, ymm4
vaddpd ymm8, ymm7, ymm8
vmovapd ymm7, ymm14
vfmadd231pd ymm7, ymm1, ymm15
vsubpd ymm14, ymm14, ymm7
vfmadd231pd ymm14, ymm1, ymm15
vaddpd ymm14, ymm0, ymm14
vfmadd231pd ymm12, ymm10, [rax-32]
vmovapd ymm0, ymm3
vfmadd231pd ymm0, ymm12, ymm5
vsubpd ymm0, ymm0, ymm3
vfmsub231pd ymm0, ymm12, ymm5
vfmadd231pd ymm12, ymm0, ymm6
vaddpd ymm12, ymm13, ymm12
vmovapd ymm13, ymm11
vfmadd231pd ymm13, ymm0, ymm4
vsubpd ymm11, ymm11, ymm13
vfmadd231pd ymm11, ymm0, ymm4
vaddpd ymm11, ymm11, [r13+0]
vmovapd [r13+0], ymm1
vmovapd ymm1, [rsi-96]
vmovapd ymm4, [rdx+96]
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm1, ymm4
vsubpd ymm6, ymm15, ymm3
vfmsub231pd ymm6, ymm1, ymm4
vmovapd ymm1, [r11-96]
vaddpd ymm6, ymm6, ymm1
vmovapd ymm5, [rsi-64]
vmovapd ymm10, [rdx+64]
vmovapd ymm2, ymm15
vfmadd231pd ymm2, ymm5, ymm10
vsubpd ymm15, ymm15, ymm2
vfmadd231pd ymm15, ymm5, ymm10
vaddpd ymm15, ymm6, ymm15
vmovapd ymm6, ymm3
vfmadd231pd ymm6, ymm5, ymm4
vmovapd [rax-32], ymm14
vsubpd ymm14, ymm6, ymm3
vfmsub231pd ymm14, ymm5, ymm4
vaddpd ymm14, ymm14, ymm1
vmovapd ymm4, [rsi-32]
vmovapd ymm5, [rdx+32]
vmovapd ymm1, ymm2
vfmadd231pd ymm1, ymm4, ymm5
vsubpd ymm2, ymm2, ymm1
vfmadd231pd ymm2, ymm4, ymm5
vaddpd ymm2, ymm15, ymm2
vmovapd ymm15, ymm6
vfmadd231pd ymm15, ymm4, ymm10
vsubpd ymm6, ymm6, ymm15
vfmadd231pd ymm6, ymm4, ymm10
vaddpd ymm6, ymm14, ymm6
vmovapd ymm14, [rsi+0]
vmovapd ymm10, [rdx+0]
vmovapd ymm4, ymm1
vfmadd231pd ymm4, ymm14, ymm10
vsubpd ymm1, ymm1, ymm4
vfmadd231pd ymm1, ymm14, ymm10
vaddpd ymm1, ymm2, ymm1
vmovapd ymm2, ymm15
vfmadd231pd ymm2, ymm14, ymm5
vsubpd ymm15, ymm15, ymm2
vfmadd231pd ymm15, ymm14, ymm5
vaddpd ymm15, ymm6, ymm15
vmovapd ymm6, [rsi+32]
vmovapd ymm5, [rdx-32]
vmovapd ymm14, ymm4
vfmadd231pd ymm14, ymm6, ymm5
vsubpd ymm4, ymm4, ymm14
vfmadd231pd ymm4, ymm6, ymm5
vaddpd ymm4, ymm1, ymm4
vmovapd ymm1, ymm2
vfmadd231pd ymm1, ymm6, ymm10
vsubpd ymm2, ymm2, ymm1
vfmadd231pd ymm2, ymm6, ymm10
vaddpd ymm2, ymm15, ymm2
vmovapd ymm15, [rsi+64]
vmovapd ymm10, [rdx-64]
vmovapd ymm6, ymm14
vfmadd231pd ymm6, ymm15, ymm10
vsubpd ymm14, ymm14, ymm6
vfmadd231pd ymm14, ymm15, ymm10
vaddpd ymm14, ymm4, ymm14
vmovapd ymm4, ymm1
vfmadd231pd ymm4, ymm15, ymm5
vsubpd ymm1, ymm1, ymm4
vfmadd231pd ymm1, ymm15, ymm5
vaddpd ymm1, ymm2, ymm1
vmovapd ymm2, [rsi+96]
vmovapd ymm5, [rdx-96]
vmovapd ymm15, ymm6
vfmadd231pd ymm15, ymm2, ymm5
vsubpd ymm6, ymm6, ymm15
vfmadd231pd ymm6, ymm2, ymm5
vaddpd ymm6, ymm14, ymm6
vmovapd ymm14, ymm4
vfmadd231pd ymm14, ymm2, ymm10
vsubpd ymm4, ymm4, ymm14
vfmadd231pd ymm4, ymm2, ymm10
vaddpd ymm4, ymm1, ymm4
vmovapd ymm1, [rax-128]
vmovapd ymm10, [r8+96]
vmovapd ymm2, ymm15
vfmadd231pd ymm2, ymm1, ymm10
vsubpd ymm15, ymm15, ymm2
vfmadd231pd ymm15, ymm1, ymm10
vaddpd ymm15, ymm6, ymm15
vmovapd ymm6, [rbx-128]
vmovapd ymm1, [r8+64]
vmovapd ymm5, ymm2
vfmadd231pd ymm5, ymm6, ymm1
vsubpd ymm2, ymm2, ymm5
vfmadd231pd ymm2, ymm6, ymm1
vaddpd ymm2, ymm15, ymm2
vmovapd ymm15, ymm14
vfmadd231pd ymm15, ymm6, ymm10
vsubpd ymm14, ymm14, ymm15
vfmadd231pd ymm14, ymm6, ymm10
vaddpd ymm14, ymm4, ymm14
vmovapd ymm4, [r12-96]
vmovapd ymm6, [r8+32]
vmovapd ymm10, ymm5
vfmadd231pd ymm10, ymm4, ymm6
vsubpd ymm5, ymm5, ymm10
vfmadd231pd ymm5, ymm4, ymm6
vaddpd ymm5, ymm2, ymm5
vmovapd ymm2, ymm15
vfmadd231pd ymm2, ymm4, ymm1
vsubpd ymm15, ymm15, ymm2
vfmadd231pd ymm15, ymm4, ymm1
vaddpd ymm15, ymm14, ymm15
vmovapd ymm14, [r13+64]
vmovapd ymm4, [r8+0]
vmovapd ymm1, ymm10
vfmadd231pd ymm1, ymm14, ymm4
vsubpd ymm10, ymm10, ymm1
vfmadd231pd ymm10, ymm14, ymm4
vaddpd ymm10, ymm5, ymm10
vmovapd ymm5, ymm2
vfmadd231pd ymm5, ymm14, ymm6
vsubpd ymm2, ymm2, ymm5
vfmadd231pd ymm2, ymm14, ymm6
vaddpd ymm2, ymm15, ymm2
vmovapd ymm15, [r12-64]
vmovapd ymm14, [r8-32]
vmovapd ymm6, ymm1
vfmadd231pd ymm6, ymm15, ymm14
vsubpd ymm1, ymm1, ymm6
vfmadd231pd ymm1, ymm15, ymm14
vaddpd ymm1, ymm10, ymm1
vmovapd ymm10, ymm5
vfmadd231pd ymm10, ymm15, ymm4
vsubpd ymm5, ymm5, ymm10
vfmadd231pd ymm5, ymm15, ymm4
vaddpd ymm5, ymm2, ymm5
vmovapd ymm2, [r11-64]
vfmadd231pd ymm11, ymm12, ymm2
vmovapd ymm12, [r11-32]
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm11, ymm12
vsubpd ymm15, ymm15, ymm3
vfmsub231pd ymm15, ymm11, ymm12
vmovapd ymm4, [r8-128]
vfmadd231pd ymm11, ymm15, ymm4
vaddpd ymm11, ymm13, ymm11
vmovapd ymm13, [r8-64]
vmovapd [rbx-128], ymm11
vmovapd ymm11, ymm6
vfmadd231pd ymm11, ymm0, ymm13
vsubpd ymm6, ymm6, ymm11
vfmadd231pd ymm6, ymm0, ymm13
vaddpd ymm6, ymm1, ymm6
vmovapd ymm1, ymm10
vfmadd231pd ymm1, ymm0, ymm14
vsubpd ymm10, ymm10, ymm1
vfmadd231pd ymm10, ymm0, ymm14
vaddpd ymm10, ymm5, ymm10
vmovapd ymm5, [r8-96]
vmovapd [rax-128], ymm0
vmovapd ymm0, ymm11
vfmadd231pd ymm0, ymm15, ymm5
vsubpd ymm11, ymm11, ymm0
vfmadd231pd ymm11, ymm15, ymm5
vaddpd ymm11, ymm6, ymm11
vmovapd ymm6, ymm1
vfmadd231pd ymm6, ymm15, ymm13
vsubpd ymm1, ymm1, ymm6
vfmadd231pd ymm1, ymm15, ymm13
vaddpd ymm1, ymm10, ymm1
vfmadd231pd ymm8, ymm2, [r12-128]
vmovapd ymm10, ymm3
vfmadd231pd ymm10, ymm8, ymm12
vsubpd ymm10, ymm10, ymm3
vfmsub231pd ymm10, ymm8, ymm12
vfmadd231pd ymm8, ymm10, ymm4
vaddpd ymm8, ymm9, ymm8
vmovapd ymm9, ymm7
vfmadd231pd ymm9, ymm10, ymm5
vsubpd ymm7, ymm7, ymm9
vfmadd231pd ymm7, ymm10, ymm5
vaddpd ymm7, ymm7, [rax-32]
vmovapd [rax-32], ymm15
vmovapd ymm15, [r9-96]
vmovapd ymm5, [r10+96]
vmovapd ymm13, ymm3
vfmadd231pd ymm13, ymm15, ymm5
vsubpd ymm4, ymm13, ymm3
vfmsub231pd ymm4, ymm15, ymm5
vmovapd ymm15, [r11-96]
vaddpd ymm4, ymm4, ymm15
vmovapd ymm12, [r9-64]
vmovapd ymm2, [r10+64]
vmovapd ymm14, ymm13
vfmadd231pd ymm14, ymm12, ymm2
vsubpd ymm13, ymm13, ymm14
vfmadd231pd ymm13, ymm12, ymm2
vaddpd ymm13, ymm4, ymm13
vmovapd ymm4, ymm3
vfmadd231pd ymm4, ymm12, ymm5
vmovapd [r12-128], ymm6
vsubpd ymm6, ymm4, ymm3
vfmsub231pd ymm6, ymm12, ymm5
vaddpd ymm6, ymm6, ymm15
vmovapd ymm5, [r9-32]
vmovapd ymm12, [r10+32]
vmovapd ymm15, ymm14
vfmadd231pd ymm15, ymm5, ymm12
vsubpd ymm14, ymm14, ymm15
vfmadd231pd ymm14, ymm5, ymm12
vaddpd ymm14, ymm13, ymm14
vmovapd ymm13, ymm4
vfmadd231pd ymm13, ymm5, ymm2
vsubpd ymm4, ymm4, ymm13
vfmadd231pd ymm4, ymm5, ymm2
vaddpd ymm4, ymm6, ymm4
vmovapd ymm6, [r9+0]
vmovapd ymm2, [r10+0]
vmovapd ymm5, ymm15
vfmadd231pd ymm5, ymm6, ymm2
vsubpd ymm15, ymm15, ymm5
vfmadd231pd ymm15, ymm6, ymm2
vaddpd ymm15, ymm14, ymm15
vmovapd ymm14, ymm13
vfmadd231pd ymm14, ymm6, ymm12
vsubpd ymm13, ymm13, ymm14
vfmadd231pd ymm13, ymm6, ymm12
vaddpd ymm13, ymm4, ymm13
vmovapd ymm4, [r9+32]
vmovapd ymm12, [r10-32]
vmovapd ymm6, ymm5
vfmadd231pd ymm6, ymm4, ymm12
vsubpd ymm5, ymm5, ymm6
vfmadd231pd ymm5, ymm4, ymm12
vaddpd ymm5, ymm15, ymm5
vmovapd ymm15, ymm14
vfmadd231pd ymm15, ymm4, ymm2
vsubpd ymm14, ymm14, ymm15
vfmadd231pd ymm14, ymm4, ymm2
vaddpd ymm14, ymm13, ymm14
vmovapd ymm13, [r9+64]
vmovapd ymm2, [r10-64]
vmovapd ymm4, ymm6
vfmadd231pd ymm4, ymm13, ymm2
vsubpd ymm6, ymm6, ymm4
vfmadd231pd ymm6, ymm13, ymm2
vaddpd ymm6, ymm5, ymm6
vmovapd ymm5, ymm15
vfmadd231pd ymm5, ymm13, ymm12
vsubpd ymm15, ymm15, ymm5
vfmadd231pd ymm15, ymm13, ymm12
vaddpd ymm15, ymm14, ymm15
vmovapd ymm14, [r9+96]
vmovapd ymm12, [r10-96]
vmovapd ymm13, ymm4
vfmadd231pd ymm13, ymm14, ymm12
vsubpd ymm4, ymm4, ymm13
vfmadd231pd ymm4, ymm14, ymm12
vaddpd ymm4, ymm6, ymm4
vmovapd ymm6, ymm5
vfmadd231pd ymm6, ymm14, ymm2
vsubpd ymm5, ymm5, ymm6
vfmadd231pd ymm5, ymm14, ymm2
vaddpd ymm5, ymm15, ymm5
vmovapd ymm15, [rbx+96]
vmovapd ymm2, [r8+96]
vmovapd ymm14, ymm13
vfmadd231pd ymm14, ymm15, ymm2
vsubpd ymm13, ymm13, ymm14
vfmadd231pd ymm13, ymm15, ymm2
vaddpd ymm13, ymm4, ymm13
vmovapd ymm4, [r13+32]
vmovapd ymm15, [r8+64]
vmovapd ymm12, ymm14
vfmadd231pd ymm12, ymm4, ymm15
vsubpd ymm14, ymm14, ymm12
vfmadd231pd ymm14, ymm4, ymm15
vaddpd ymm14, ymm13, ymm14
vmovapd ymm13, ymm6
vfmadd231pd ymm13, ymm4, ymm2
vsubpd ymm6, ymm6, ymm13
vfmadd231pd ymm6, ymm4, ymm2
vaddpd ymm6, ymm5, ymm6
vmovapd ymm5, [r12+32]
vmovapd ymm4, [r8+32]
vmovapd ymm2, ymm12
vfmadd231pd ymm2, ymm5, ymm4
vsubpd ymm12, ymm12, ymm2
vfmadd231pd ymm12, ymm5, ymm4
vaddpd ymm12, ymm14, ymm12
vmovapd ymm14, ymm13
vfmadd231pd ymm14, ymm5, ymm15
vsubpd ymm13, ymm13, ymm14
vfmadd231pd ymm13, ymm5, ymm15
vaddpd ymm13, ymm6, ymm13
vmovapd ymm6, [r13+96]
vmovapd ymm5, [r8+0]
vmovapd ymm15, ymm2
vfmadd231pd ymm15, ymm6, ymm5
vsubpd ymm2, ymm2, ymm15
vfmadd231pd ymm2, ymm6, ymm5
vaddpd ymm2, ymm12, ymm2
vmovapd ymm12, ymm14
vfmadd231pd ymm12, ymm6, ymm4
vsubpd ymm14, ymm14, ymm12
vfmadd231pd ymm14, ymm6, ymm4
vaddpd ymm14, ymm13, ymm14
vmovapd ymm13, [r13+0]
vmovapd ymm6, [r8-32]
vmovapd ymm4, ymm15
vfmadd231pd ymm4, ymm13, ymm6
vsubpd ymm15, ymm15, ymm4
vfmadd231pd ymm15, ymm13, ymm6
vaddpd ymm15, ymm2, ymm15
vmovapd ymm2, ymm12
vfmadd231pd ymm2, ymm13, ymm5
vsubpd ymm12, ymm12, ymm2
vfmadd231pd ymm12, ymm13, ymm5
vaddpd ymm12, ymm14, ymm12
vmovapd ymm14, [r11-64]
vfmadd231pd ymm7, ymm8, ymm14
vmovapd ymm8, [r11-32]
vmovapd ymm13, ymm3
vfmadd231pd ymm13, ymm7, ymm8
vsubpd ymm3, ymm13, ymm3
vfmsub231pd ymm3, ymm7, ymm8
vfmadd231pd ymm7, ymm3, [r8-128]
vaddpd ymm7, ymm9, ymm7
vmovapd ymm9, [r8-64]
vmovapd ymm8, ymm4
vfmadd231pd ymm8, ymm10, ymm9
vsubpd ymm4, ymm4, ymm8
vfmadd231pd ymm4, ymm10, ymm9
vaddpd ymm4, ymm15, ymm4
vmovapd ymm15, ymm2
vfmadd231pd ymm15, ymm10, ymm6
vsubpd ymm2, ymm2, ymm15
vfmadd231pd ymm2, ymm10, ymm6
vaddpd ymm2, ymm12, ymm2
vmovapd ymm12, [r8-96]
vmovapd ymm13, ymm8
vfmadd231pd ymm13, ymm3, ymm12
vsubpd ymm8, ymm8, ymm13
vfmadd231pd ymm8, ymm3, ymm12
vaddpd ymm8, ymm4, ymm8
vmovapd ymm4, ymm15
vfmadd231pd ymm4, ymm3, ymm9
vsubpd ymm15, ymm15, ymm4
vfmadd231pd ymm15, ymm3, ymm9
vaddpd ymm15, ymm2, ymm15
vfmadd231pd ymm11, ymm14, [rbx-128]
vaddpd ymm11, ymm11, [rcx+0]
vaddpd ymm2, ymm0, ymm11
vsubpd ymm0, ymm0, ymm2
vaddpd ymm0, ymm11, ymm0
vmovapd [rdi+0], ymm0
vfmadd231pd ymm1, ymm2, ymm14
vaddpd ymm1, ymm1, [rcx+32]
vmovapd ymm2, [r12-128]
vaddpd ymm0, ymm1, ymm2
vsubpd ymm2, ymm2, ymm0
vaddpd ymm2, ymm1, ymm2
vmovapd [rdi+32], ymm2
vmovapd ymm2, [r12-96]
vmovapd ymm1, [r8+96]
vmovapd ymm11, [rax+96]
vfmadd231pd ymm11, ymm2, ymm1
vmovapd ymm9, [rax+96]
vsubpd ymm9, ymm9, ymm11
vfmadd231pd ymm9, ymm2, ymm1
vaddpd ymm9, ymm9, [rax+64]
vmovapd ymm2, [r13+64]
vmovapd ymm12, [r8+64]
vmovapd [rax+64], ymm0
vmovapd ymm0, ymm11
vfmadd231pd ymm0, ymm2, ymm12
vsubpd ymm11, ymm11, ymm0
vfmadd231pd ymm11, ymm2, ymm12
vaddpd ymm11, ymm9, ymm11
vmovapd ymm9, [rax+32]
vfmadd231pd ymm9, ymm2, ymm1
vmovapd ymm14, [rax+32]
vsubpd ymm14, ymm14, ymm9
vfmadd231pd ymm14, ymm2, ymm1
vaddpd ymm14, ymm14, [rax+0]
vmovapd ymm2, [r12-64]
vmovapd ymm1, [r8+32]
vmovapd [rax+0], ymm3
vmovapd ymm3, ymm0
vfmadd231pd ymm3, ymm2, ymm1
vsubpd ymm0, ymm0, ymm3
vfmadd231pd ymm0, ymm2, ymm1
vaddpd ymm0, ymm11, ymm0
vmovapd ymm11, ymm9
vfmadd231pd ymm11, ymm2, ymm12
vsubpd ymm9, ymm9, ymm11
vfmadd231pd ymm9, ymm2, ymm12
vaddpd ymm9, ymm14, ymm9
vmovapd ymm14, [rax-128]
vmovapd ymm2, ymm3
vfmadd231pd ymm2, ymm5, ymm14
vsubpd ymm3, ymm3, ymm2
vfmadd231pd ymm3, ymm14, ymm5
vaddpd ymm3, ymm0, ymm3
vmovapd ymm0, ymm11
vfmadd231pd ymm0, ymm14, ymm1
vsubpd ymm11, ymm11, ymm0
vfmadd231pd ymm11, ymm14, ymm1
vaddpd ymm11, ymm9, ymm11
vmovapd ymm9, [rax-32]
vmovapd ymm14, ymm2
vfmadd231pd ymm14, ymm6, ymm9
vsubpd ymm2, ymm2, ymm14
vfmadd231pd ymm2, ymm9, ymm6
vaddpd ymm2, ymm3, ymm2
vmovapd ymm3, ymm0
vfmadd231pd ymm3, ymm9, ymm5
vsubpd ymm0, ymm0, ymm3
vfmadd231pd ymm0, ymm9, ymm5
vaddpd ymm0, ymm11, ymm0
vmovapd ymm11, [r11-64]
vfmadd231pd ymm8, ymm7, ymm11
vaddpd ymm8, ymm8, [rcx+256]
vaddpd ymm7, ymm13, ymm8
vsubpd ymm13, ymm13, ymm7
vaddpd ymm13, ymm8, ymm13
vmovapd [rdi+256], ymm13
vfmadd231pd ymm15, ymm7, ymm11
vaddpd ymm15, ymm15, [rcx+288]
vaddpd ymm7, ymm4, ymm15
vsubpd ymm4, ymm4, ymm7
vaddpd ymm4, ymm15, ymm4
vmovapd [rdi+288], ymm4
vmovapd ymm4, [r12+32]
vmovapd ymm15, [r8+96]
vmovapd ymm13, [r12+0]
vfmadd231pd ymm13, ymm4, ymm15
vmovapd ymm8, [r12+0]
vsubpd ymm8, ymm8, ymm13
vfmadd231pd ymm8, ymm4, ymm15
vaddpd ymm8, ymm8, [rax-64]
vmovapd ymm4, [r13+96]
vmovapd ymm9, ymm13
vfmadd231pd ymm9, ymm12, ymm4
vsubpd ymm13, ymm13, ymm9
vfmadd231pd ymm13, ymm4, ymm12
vaddpd ymm13, ymm8, ymm13
vmovapd ymm8, [rax-96]
vfmadd231pd ymm8, ymm4, ymm15
vmovapd ymm11, [rax-96]
vsubpd ymm11, ymm11, ymm8
vfmadd231pd ymm11, ymm4, ymm15
vaddpd ymm11, ymm11, [r12-32]
vmovapd ymm4, [r13+0]
vmovapd ymm15, ymm9
vfmadd231pd ymm15, ymm1, ymm4
vsubpd ymm9, ymm9, ymm15
vfmadd231pd ymm9, ymm4, ymm1
vaddpd ymm9, ymm13, ymm9
vmovapd ymm13, ymm8
vfmadd231pd ymm13, ymm4, ymm12
vsubpd ymm8, ymm8, ymm13
vfmadd231pd ymm8, ymm4, ymm12
vaddpd ymm8, ymm11, ymm8
vmovapd ymm11, ymm15
vfmadd231pd ymm11, ymm10, ymm5
vsubpd ymm15, ymm15, ymm11
vfmadd231pd ymm15, ymm10, ymm5
vaddpd ymm15, ymm9, ymm15
vmovapd ymm9, ymm13
vfmadd231pd ymm9, ymm10, ymm1
vsubpd ymm13, ymm13, ymm9
vfmadd231pd ymm13, ymm10, ymm1
vaddpd ymm13, ymm8, ymm13
vmovapd ymm8, [rax+0]
vmovapd ymm4, ymm11
vfmadd231pd ymm4, ymm6, ymm8
vsubpd ymm11, ymm11, ymm4
vfmadd231pd ymm11, ymm8, ymm6
vaddpd ymm11, ymm15, ymm11
vmovapd ymm15, ymm9
vfmadd231pd ymm15, ymm8, ymm5
vsubpd ymm9, ymm9, ymm15
vfmadd231pd ymm9, ymm8, ymm5
vaddpd ymm9, ymm13, ymm9
vmovapd ymm13, [rax+64]
vmovapd ymm5, [r11-64]
vfmadd231pd ymm2, ymm13, ymm5
vaddpd ymm2, ymm2, [rcx+64]
vaddpd ymm13, ymm14, ymm2
vsubpd ymm14, ymm14, ymm13
vaddpd ymm14, ymm2, ymm14
vmovapd [rdi+64], ymm14
vfmadd231pd ymm0, ymm13, ymm5
vaddpd ymm0, ymm0, [rcx+96]
vaddpd ymm13, ymm3, ymm0
vsubpd ymm3, ymm3, ymm13
vaddpd ymm3, ymm0, ymm3
vmovapd [rdi+96], ymm3
vmovapd ymm3, [r12-64]
vmovapd ymm0, [r8+96]
vmovapd ymm14, [rbx+64]
vfmadd231pd ymm14, ymm3, ymm0
vmovapd ymm2, [rbx+64]
vsubpd ymm2, ymm2, ymm14
vfmadd231pd ymm2, ymm3, ymm0
vaddpd ymm2, ymm2, [rbx+32]
vmovapd ymm3, [rax-128]
vmovapd ymm6, ymm14
vfmadd231pd ymm6, ymm12, ymm3
vsubpd ymm14, ymm14, ymm6
vfmadd231pd ymm14, ymm3, ymm12
vaddpd ymm14, ymm2, ymm14
vmovapd ymm2, [rbx+0]
vfmadd231pd ymm2, ymm3, ymm0
vmovapd ymm8, [rbx+0]
vsubpd ymm8, ymm8, ymm2
vfmadd231pd ymm8, ymm3, ymm0
vaddpd ymm8, ymm8, [rbx-96]
vmovapd ymm3, [rax-32]
vmovapd ymm0, ymm6
vfmadd231pd ymm0, ymm1, ymm3
vsubpd ymm6, ymm6, ymm0
vfmadd231pd ymm6, ymm3, ymm1
vaddpd ymm6, ymm14, ymm6
vmovapd ymm14, ymm2
vfmadd231pd ymm14, ymm3, ymm12
vsubpd ymm2, ymm2, ymm14
vfmadd231pd ymm2, ymm3, ymm12
vaddpd ymm2, ymm8, ymm2
vfmadd231pd ymm11, ymm7, ymm5
vaddpd ymm11, ymm11, [rcx+320]
vaddpd ymm7, ymm4, ymm11
vsubpd ymm4, ymm4, ymm7
vaddpd ymm4, ymm11, ymm4
vmovapd [rdi+320], ymm4
vfmadd231pd ymm9, ymm7, ymm5
vaddpd ymm9, ymm9, [rcx+352]
vaddpd ymm7, ymm15, ymm9
vsubpd ymm15, ymm15, ymm7
vaddpd ymm15, ymm9, ymm15
vmovapd [rdi+352], ymm15
vmovapd ymm15, [r13+0]
vmovapd ymm9, [r8+96]
vmovapd ymm4, [r13-32]
vfmadd231pd ymm4, ymm15, ymm9
vmovapd ymm11, [r13-32]
vsubpd ymm11, ymm11, ymm4
vfmadd231pd ymm11, ymm15, ymm9
vaddpd ymm11, ymm11, [r13-64]
vmovapd ymm15, ymm4
vfmadd231pd ymm15, ymm10, ymm12
vsubpd ymm4, ymm4, ymm15
vfmadd231pd ymm4, ymm10, ymm12
vaddpd ymm4, ymm11, ymm4
vmovapd ymm11, [r13-96]
vfmadd231pd ymm11, ymm10, ymm9
vmovapd ymm8, [r13-96]
vsubpd ymm8, ymm8, ymm11
vfmadd231pd ymm8, ymm10, ymm9
vaddpd ymm8, ymm8, [r12+64]
vmovapd ymm10, [rax+0]
vmovapd ymm3, ymm15
vfmadd231pd ymm3, ymm1, ymm10
vsubpd ymm15, ymm15, ymm3
vfmadd231pd ymm15, ymm10, ymm1
vaddpd ymm15, ymm4, ymm15
vmovapd ymm4, ymm11
vfmadd231pd ymm4, ymm10, ymm12
vsubpd ymm11, ymm11, ymm4
vfmadd231pd ymm11, ymm10, ymm12
vaddpd ymm11, ymm8, ymm11
vfmadd231pd ymm6, ymm13, ymm5
vaddpd ymm6, ymm6, [rcx+128]
vaddpd ymm13, ymm0, ymm6
vsubpd ymm0, ymm0, ymm13
vaddpd ymm0, ymm6, ymm0
vmovapd [rdi+128], ymm0
vfmadd231pd ymm2, ymm13, ymm5
vaddpd ymm2, ymm2, [rcx+160]
vaddpd ymm13, ymm14, ymm2
vsubpd ymm14, ymm14, ymm13
vaddpd ymm14, ymm2, ymm14
vmovapd [rdi+160], ymm14
vmovapd ymm14, [rax-32]
vmovapd ymm2, [rbx-64]
vfmadd231pd ymm2, ymm9, ymm14
vmovapd ymm0, [rbx-64]
vsubpd ymm0, ymm0, ymm2
vfmadd231pd ymm0, ymm14, ymm9
vaddpd ymm0, ymm0, [rbx-32]
vfmadd231pd ymm15, ymm7, ymm5
vaddpd ymm15, ymm15, [rcx+384]
vaddpd ymm7, ymm3, ymm15
vsubpd ymm3, ymm3, ymm7
vaddpd ymm3, ymm15, ymm3
vmovapd [rdi+384], ymm3
vfmadd231pd ymm11, ymm7, ymm5
vaddpd ymm11, ymm11, [rcx+416]
vaddpd ymm7, ymm4, ymm11
vsubpd ymm4, ymm4, ymm7
vaddpd ymm4, ymm11, ymm4
vmovapd [rdi+416], ymm4
vmovapd ymm4, [r13-128]
vfmadd231pd ymm4, ymm10, ymm9
vmovapd ymm11, [r13-128]
vsubpd ymm11, ymm11, ymm4
vfmadd231pd ymm11, ymm10, ymm9
vaddpd ymm11, ymm11, [r12+96]
vfmadd231pd ymm0, ymm13, ymm5
vaddpd ymm0, ymm0, [rcx+192]
vaddpd ymm13, ymm2, ymm0
vsubpd ymm2, ymm2, ymm13
vaddpd ymm2, ymm0, ymm2
vmovapd [rdi+192], ymm2
vmovapd ymm2, [r11-96]
vfmadd213pd ymm13, ymm5, ymm2
vaddpd ymm13, ymm13, [rcx+224]
vmovapd [rdi+224], ymm13
vfmadd231pd ymm11, ymm7, ymm5
vaddpd ymm11, ymm11, [rcx+448]
vaddpd ymm7, ymm4, ymm11
vsubpd ymm4, ymm4, ymm7
vaddpd ymm4, ymm11, ymm4
vmovapd [rdi+448], ymm4
vfmadd231pd ymm2, ymm7, ymm5
vaddpd ymm2, ymm2, [rcx+480]
vmovapd [rdi+480], ymm2
mov rsp, rbp
pop r13
pop r12
pop rbx
pop rbp
vzeroupper
ret
