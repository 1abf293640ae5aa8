# Written by tools/avx2_kernels.py
push rbp
push rbx
push r12
push r13
push r14
push r15
mov rbp, rsp
sub rsp, 1120
and rsp, -64
mov rdx, [rsi+0]
add rdx, 128
mov rbx, [rsi+8]
add rbx, 128
mov rcx, [rsi+16]
add rcx, 128
mov r12, [rsi+24]
add r12, 128
mov r8, [rsi+32]
add r8, 128
mov r13, [rsi+40]
add r13, 128
mov r9, [rsi+48]
add r9, 128
mov r14, [rsi+56]
add r14, 128
lea rax, [rsp+128]
lea r15, [rsp+384]
lea rsi, [rsp+640]
lea r10, [rip+{constants}+128]
lea r11, [r10+256]
vmovapd ymm0, [rdx-128]
vmovapd ymm1, [rcx-128]
vmovapd ymm2, [r11-128]
vfmadd231pd ymm2, ymm0, ymm1
vmovapd ymm3, [r11-128]
vsubpd ymm4, ymm2, ymm3
vfmsub231pd ymm4, ymm0, ymm1
vmovapd ymm5, [r8-128]
vmovapd ymm6, [r9-128]
vmovapd ymm7, ymm2
vfmadd231pd ymm7, ymm5, ymm6
vsubpd ymm2, ymm2, ymm7
vfmadd231pd ymm2, ymm5, ymm6
vaddpd ymm2, ymm4, ymm2
vmovapd ymm4, [rcx-96]
vmovapd ymm8, ymm3
vfmadd231pd ymm8, ymm0, ymm4
vsubpd ymm9, ymm8, ymm3
vfmsub231pd ymm9, ymm0, ymm4
vmovapd ymm10, [r9-96]
vmovapd ymm11, ymm8
vfmadd231pd ymm11, ymm5, ymm10
vsubpd ymm8, ymm8, ymm11
vfmadd231pd ymm8, ymm5, ymm10
vaddpd ymm8, ymm9, ymm8
vmovapd ymm9, [rdx-96]
vmovapd ymm12, ymm11
vfmadd231pd ymm12, ymm1, ymm9
vsubpd ymm11, ymm11, ymm12
vfmadd231pd ymm11, ymm9, ymm1
vaddpd ymm11, ymm8, ymm11
vmovapd ymm8, [r8-96]
vmovapd ymm13, ymm12
vfmadd231pd ymm13, ymm6, ymm8
vsubpd ymm12, ymm12, ymm13
vfmadd231pd ymm12, ymm8, ymm6
vaddpd ymm12, ymm11, ymm12
vmovapd ymm11, [rbx-128]
vmovapd ymm14, [r12-128]
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm11, ymm14
vsubpd ymm6, ymm15, ymm3
vfmsub231pd ymm6, ymm11, ymm14
vmovapd ymm1, [r13-128]
vmovapd ymm10, [r14-128]
vmovapd ymm8, ymm15
vfmadd231pd ymm8, ymm1, ymm10
vsubpd ymm15, ymm15, ymm8
vfmadd231pd ymm15, ymm1, ymm10
vaddpd ymm15, ymm6, ymm15
vmovapd ymm6, [r12-96]
vmovapd [rax-128], ymm8
vmovapd ymm8, ymm3
vfmadd231pd ymm8, ymm11, ymm6
vmovapd [rax-96], ymm15
vsubpd ymm15, ymm8, ymm3
vfmsub231pd ymm15, ymm11, ymm6
vmovapd ymm6, [r14-96]
vmovapd ymm11, ymm8
vfmadd231pd ymm11, ymm1, ymm6
vsubpd ymm8, ymm8, ymm11
vfmadd231pd ymm8, ymm1, ymm6
vaddpd ymm8, ymm15, ymm8
vmovapd ymm15, [rbx-96]
vmovapd ymm6, ymm11
vfmadd231pd ymm6, ymm14, ymm15
vsubpd ymm11, ymm11, ymm6
vfmadd231pd ymm11, ymm15, ymm14
vaddpd ymm11, ymm8, ymm11
vmovapd ymm8, [r13-96]
vmovapd ymm14, ymm6
vfmadd231pd ymm14, ymm10, ymm8
vsubpd ymm6, ymm6, ymm14
vfmadd231pd ymm6, ymm8, ymm10
vaddpd ymm6, ymm11, ymm6
vmovapd ymm11, [r11-32]
vmovapd ymm10, ymm3
vfmadd231pd ymm10, ymm2, ymm11
vsubpd ymm10, ymm10, ymm3
vfmsub231pd ymm10, ymm2, ymm11
vsubpd ymm7, ymm7, ymm3
vfmadd231pd ymm2, ymm10, [r10-128]
vaddpd ymm2, ymm7, ymm2
vmovapd ymm7, [rdx-32]
vmovapd ymm8, [rcx+96]
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm7, ymm8
vsubpd ymm1, ymm15, ymm3
vfmsub231pd ymm1, ymm7, ymm8
vmovapd [rax-64], ymm6
vmovapd ymm6, [r8-32]
vmovapd [rax-32], ymm14
vmovapd ymm14, [r9+96]
vmovapd ymm11, ymm15
vfmadd231pd ymm11, ymm6, ymm14
vsubpd ymm15, ymm15, ymm11
vfmadd231pd ymm15, ymm6, ymm14
vaddpd ymm15, ymm1, ymm15
vmovapd ymm1, [rdx+0]
vmovapd ymm6, [rcx+64]
vmovapd ymm7, ymm11
vfmadd231pd ymm7, ymm1, ymm6
vsubpd ymm11, ymm11, ymm7
vfmadd231pd ymm11, ymm1, ymm6
vaddpd ymm11, ymm15, ymm11
vmovapd ymm15, [r8+0]
vmovapd ymm4, [r9+64]
vmovapd ymm9, ymm7
vfmadd231pd ymm9, ymm15, ymm4
vsubpd ymm7, ymm7, ymm9
vfmadd231pd ymm7, ymm15, ymm4
vaddpd ymm7, ymm11, ymm7
vmovapd ymm11, ymm3
vfmadd231pd ymm11, ymm1, ymm8
vmovapd [rax+0], ymm2
vsubpd ymm2, ymm11, ymm3
vfmsub231pd ymm2, ymm1, ymm8
vmovapd ymm1, ymm11
vfmadd231pd ymm1, ymm15, ymm14
vsubpd ymm11, ymm11, ymm1
vfmadd231pd ymm11, ymm15, ymm14
vaddpd ymm11, ymm2, ymm11
vmovapd ymm2, [rdx+32]
vmovapd ymm15, [rcx+32]
vmovapd ymm14, ymm9
vfmadd231pd ymm14, ymm2, ymm15
vsubpd ymm9, ymm9, ymm14
vfmadd231pd ymm9, ymm2, ymm15
vaddpd ymm9, ymm7, ymm9
vmovapd ymm7, [r8+32]
vmovapd ymm8, [r9+32]
vmovapd ymm5, ymm14
vfmadd231pd ymm5, ymm7, ymm8
vsubpd ymm14, ymm14, ymm5
vfmadd231pd ymm14, ymm7, ymm8
vaddpd ymm14, ymm9, ymm14
vmovapd ymm9, ymm1
vfmadd231pd ymm9, ymm2, ymm6
vsubpd ymm1, ymm1, ymm9
vfmadd231pd ymm1, ymm2, ymm6
vaddpd ymm1, ymm11, ymm1
vmovapd ymm11, ymm9
vfmadd231pd ymm11, ymm7, ymm4
vsubpd ymm9, ymm9, ymm11
vfmadd231pd ymm9, ymm7, ymm4
vaddpd ymm9, ymm1, ymm9
vmovapd ymm1, [rdx+64]
vmovapd ymm4, [rcx+0]
vmovapd ymm6, ymm5
vfmadd231pd ymm6, ymm1, ymm4
vsubpd ymm5, ymm5, ymm6
vfmadd231pd ymm5, ymm1, ymm4
vaddpd ymm5, ymm14, ymm5
vmovapd ymm14, [r8+64]
vmovapd ymm7, [r9+0]
vmovapd ymm2, ymm6
vfmadd231pd ymm2, ymm14, ymm7
vsubpd ymm6, ymm6, ymm2
vfmadd231pd ymm6, ymm14, ymm7
vaddpd ymm6, ymm5, ymm6
vmovapd ymm5, ymm11
vfmadd231pd ymm5, ymm1, ymm15
vsubpd ymm11, ymm11, ymm5
vfmadd231pd ymm11, ymm1, ymm15
vaddpd ymm11, ymm9, ymm11
vmovapd ymm9, ymm5
vfmadd231pd ymm9, ymm14, ymm8
vsubpd ymm5, ymm5, ymm9
vfmadd231pd ymm5, ymm14, ymm8
vaddpd ymm5, ymm11, ymm5
vmovapd ymm11, [rdx+96]
vmovapd ymm8, [rcx-32]
vmovapd ymm15, ymm2
vfmadd231pd ymm15, ymm11, ymm8
vsubpd ymm2, ymm2, ymm15
vfmadd231pd ymm2, ymm11, ymm8
vaddpd ymm2, ymm6, ymm2
vmovapd ymm6, [r8+96]
vmovapd ymm14, [r9-32]
vmovapd ymm1, ymm15
vfmadd231pd ymm1, ymm6, ymm14
vsubpd ymm15, ymm15, ymm1
vfmadd231pd ymm15, ymm6, ymm14
vaddpd ymm15, ymm2, ymm15
vmovapd ymm2, ymm9
vfmadd231pd ymm2, ymm11, ymm4
vsubpd ymm9, ymm9, ymm2
vfmadd231pd ymm9, ymm11, ymm4
vaddpd ymm9, ymm5, ymm9
vmovapd ymm5, ymm2
vfmadd231pd ymm5, ymm6, ymm7
vsubpd ymm2, ymm2, ymm5
vfmadd231pd ymm2, ymm6, ymm7
vaddpd ymm2, ymm9, ymm2
vmovapd ymm9, [r10-96]
vmovapd [rax+32], ymm2
vmovapd ymm2, ymm13
vfmadd231pd ymm2, ymm10, ymm9
vsubpd ymm13, ymm13, ymm2
vfmadd231pd ymm13, ymm10, ymm9
vaddpd ymm13, ymm12, ymm13
vmovapd ymm12, [rcx-64]
vmovapd [rax+64], ymm5
vmovapd ymm5, ymm3
vfmadd231pd ymm5, ymm0, ymm12
vmovapd [rax+96], ymm15
vsubpd ymm15, ymm5, ymm3
vfmsub231pd ymm15, ymm0, ymm12
vmovapd [r15-128], ymm1
vmovapd ymm1, [r8-128]
vmovapd ymm7, [r9-64]
vmovapd ymm4, ymm5
vfmadd231pd ymm4, ymm1, ymm7
vsubpd ymm5, ymm5, ymm4
vfmadd231pd ymm5, ymm1, ymm7
vaddpd ymm5, ymm15, ymm5
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm0, ymm8
vsubpd ymm9, ymm15, ymm3
vfmsub231pd ymm9, ymm0, ymm8
vmovapd ymm8, ymm15
vfmadd231pd ymm8, ymm1, ymm14
vsubpd ymm15, ymm15, ymm8
vfmadd231pd ymm15, ymm1, ymm14
vaddpd ymm15, ymm9, ymm15
vmovapd ymm9, [rdx-96]
vmovapd ymm14, [rcx-96]
vmovapd ymm1, ymm4
vfmadd231pd ymm1, ymm9, ymm14
vsubpd ymm4, ymm4, ymm1
vfmadd231pd ymm4, ymm9, ymm14
vaddpd ymm4, ymm5, ymm4
vmovapd ymm5, [r8-96]
vmovapd ymm0, [r9-96]
vmovapd ymm6, ymm1
vfmadd231pd ymm6, ymm5, ymm0
vsubpd ymm1, ymm1, ymm6
vfmadd231pd ymm1, ymm5, ymm0
vaddpd ymm1, ymm4, ymm1
vmovapd ymm4, ymm8
vfmadd231pd ymm4, ymm9, ymm12
vsubpd ymm8, ymm8, ymm4
vfmadd231pd ymm8, ymm9, ymm12
vaddpd ymm8, ymm15, ymm8
vmovapd ymm15, ymm4
vfmadd231pd ymm15, ymm5, ymm7
vsubpd ymm4, ymm4, ymm15
vfmadd231pd ymm4, ymm5, ymm7
vaddpd ymm4, ymm8, ymm4
vmovapd ymm8, [rdx-64]
vmovapd ymm7, [rcx-128]
vmovapd ymm12, ymm6
vfmadd231pd ymm12, ymm8, ymm7
vsubpd ymm6, ymm6, ymm12
vfmadd231pd ymm6, ymm8, ymm7
vaddpd ymm6, ymm1, ymm6
vmovapd ymm1, [r8-64]
vmovapd ymm5, [r9-128]
vmovapd ymm9, ymm12
vfmadd231pd ymm9, ymm1, ymm5
vsubpd ymm12, ymm12, ymm9
vfmadd231pd ymm12, ymm1, ymm5
vaddpd ymm12, ymm6, ymm12
vmovapd ymm6, ymm15
vfmadd231pd ymm6, ymm8, ymm14
vsubpd ymm15, ymm15, ymm6
vfmadd231pd ymm15, ymm8, ymm14
vaddpd ymm15, ymm4, ymm15
vmovapd ymm4, ymm6
vfmadd231pd ymm4, ymm1, ymm0
vsubpd ymm6, ymm6, ymm4
vfmadd231pd ymm6, ymm1, ymm0
vaddpd ymm6, ymm15, ymm6
vmovapd ymm15, [rdx-32]
vmovapd ymm0, ymm4
vfmadd231pd ymm0, ymm7, ymm15
vsubpd ymm4, ymm4, ymm0
vfmadd231pd ymm4, ymm15, ymm7
vaddpd ymm4, ymm6, ymm4
vmovapd ymm6, [r8-32]
vmovapd ymm7, ymm0
vfmadd231pd ymm7, ymm5, ymm6
vsubpd ymm0, ymm0, ymm7
vfmadd231pd ymm0, ymm6, ymm5
vaddpd ymm0, ymm4, ymm0
vmovapd ymm4, [rax+0]
vfmadd231pd ymm13, ymm4, [r11-64]
vmovapd ymm4, [r11-32]
vmovapd ymm5, ymm3
vfmadd231pd ymm5, ymm13, ymm4
vsubpd ymm5, ymm5, ymm3
vfmsub231pd ymm5, ymm13, ymm4
vsubpd ymm2, ymm2, ymm3
vmovapd ymm6, [r10-128]
vfmadd231pd ymm13, ymm5, ymm6
vaddpd ymm13, ymm2, ymm13
vmovapd ymm2, [rdx+32]
vmovapd ymm14, [rcx+96]
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm2, ymm14
vsubpd ymm1, ymm15, ymm3
vfmsub231pd ymm1, ymm2, ymm14
vmovapd ymm2, [r8+32]
vmovapd ymm8, [r9+96]
vmovapd [rax+0], ymm13
vmovapd ymm13, ymm15
vfmadd231pd ymm13, ymm2, ymm8
vsubpd ymm15, ymm15, ymm13
vfmadd231pd ymm15, ymm2, ymm8
vaddpd ymm15, ymm1, ymm15
vmovapd ymm1, [rdx+64]
vmovapd ymm2, [rcx+64]
vmovapd ymm6, ymm13
vfmadd231pd ymm6, ymm1, ymm2
vsubpd ymm13, ymm13, ymm6
vfmadd231pd ymm13, ymm1, ymm2
vaddpd ymm13, ymm15, ymm13
vmovapd ymm15, [r8+64]
vmovapd ymm4, [r9+64]
vmovapd ymm2, ymm6
vfmadd231pd ymm2, ymm15, ymm4
vsubpd ymm6, ymm6, ymm2
vfmadd231pd ymm6, ymm15, ymm4
vaddpd ymm6, ymm13, ymm6
vmovapd ymm13, ymm3
vfmadd231pd ymm13, ymm1, ymm14
vsubpd ymm4, ymm13, ymm3
vfmsub231pd ymm4, ymm1, ymm14
vmovapd ymm1, ymm13
vfmadd231pd ymm1, ymm15, ymm8
vsubpd ymm13, ymm13, ymm1
vfmadd231pd ymm13, ymm15, ymm8
vaddpd ymm13, ymm4, ymm13
vmovapd ymm4, [rcx+32]
vmovapd ymm15, ymm2
vfmadd231pd ymm15, ymm11, ymm4
vsubpd ymm2, ymm2, ymm15
vfmadd231pd ymm2, ymm11, ymm4
vaddpd ymm2, ymm6, ymm2
vmovapd ymm6, [r8+96]
vmovapd ymm4, [r9+32]
vmovapd ymm8, ymm15
vfmadd231pd ymm8, ymm6, ymm4
vsubpd ymm15, ymm15, ymm8
vfmadd231pd ymm15, ymm6, ymm4
vaddpd ymm15, ymm2, ymm15
vmovapd ymm2, [rcx+64]
vmovapd [r15-96], ymm15
vmovapd ymm15, ymm1
vfmadd231pd ymm15, ymm11, ymm2
vsubpd ymm1, ymm1, ymm15
vfmadd231pd ymm1, ymm11, ymm2
vaddpd ymm1, ymm13, ymm1
vmovapd ymm13, [r9+64]
vmovapd [r15-64], ymm8
vmovapd ymm8, ymm15
vfmadd231pd ymm8, ymm6, ymm13
vsubpd ymm15, ymm15, ymm8
vfmadd231pd ymm15, ymm6, ymm13
vaddpd ymm15, ymm1, ymm15
vmovapd ymm1, ymm3
vfmadd231pd ymm1, ymm11, ymm14
vmovapd [r15-32], ymm15
vsubpd ymm15, ymm1, ymm3
vfmsub231pd ymm15, ymm11, ymm14
vmovapd [r15+0], ymm8
vmovapd ymm8, [r9+96]
vmovapd ymm11, ymm1
vfmadd231pd ymm11, ymm6, ymm8
vsubpd ymm1, ymm1, ymm11
vfmadd231pd ymm1, ymm6, ymm8
vaddpd ymm1, ymm15, ymm1
vmovapd ymm15, [r10-64]
vmovapd [r15+32], ymm1
vmovapd ymm1, ymm9
vfmadd231pd ymm1, ymm10, ymm15
vsubpd ymm9, ymm9, ymm1
vfmadd231pd ymm9, ymm10, ymm15
vaddpd ymm9, ymm12, ymm9
vmovapd ymm12, [r10-32]
vmovapd [r15+64], ymm11
vmovapd ymm11, ymm7
vfmadd231pd ymm11, ymm10, ymm12
vsubpd ymm7, ymm7, ymm11
vfmadd231pd ymm7, ymm10, ymm12
vaddpd ymm7, ymm0, ymm7
vmovapd ymm0, [r10-96]
vmovapd ymm6, ymm1
vfmadd231pd ymm6, ymm5, ymm0
vsubpd ymm1, ymm1, ymm6
vfmadd231pd ymm1, ymm5, ymm0
vaddpd ymm1, ymm9, ymm1
vmovapd ymm9, ymm11
vfmadd231pd ymm9, ymm5, ymm15
vsubpd ymm11, ymm11, ymm9
vfmadd231pd ymm11, ymm5, ymm15
vaddpd ymm11, ymm7, ymm11
vmovapd ymm7, [rax-96]
vmovapd ymm8, [r11-32]
vmovapd ymm14, ymm3
vfmadd231pd ymm14, ymm7, ymm8
vsubpd ymm14, ymm14, ymm3
vfmsub231pd ymm14, ymm7, ymm8
vmovapd ymm13, [rax-128]
vsubpd ymm13, ymm13, ymm3
vfmadd231pd ymm7, ymm14, [r10-128]
vaddpd ymm7, ymm13, ymm7
vmovapd ymm13, [rbx-32]
vmovapd ymm2, [r12+96]
vmovapd [rax-96], ymm5
vmovapd ymm5, ymm3
vfmadd231pd ymm5, ymm13, ymm2
vmovapd [rax-128], ymm10
vsubpd ymm10, ymm5, ymm3
vfmsub231pd ymm10, ymm13, ymm2
vmovapd ymm4, [r13-32]
vmovapd ymm12, [r14+96]
vmovapd ymm15, ymm5
vfmadd231pd ymm15, ymm4, ymm12
vsubpd ymm5, ymm5, ymm15
vfmadd231pd ymm5, ymm4, ymm12
vaddpd ymm5, ymm10, ymm5
vmovapd ymm10, [rbx+0]
vmovapd [r15+96], ymm11
vmovapd ymm11, [r12+64]
vmovapd [rsi-128], ymm9
vmovapd ymm9, ymm15
vfmadd231pd ymm9, ymm10, ymm11
vsubpd ymm15, ymm15, ymm9
vfmadd231pd ymm15, ymm10, ymm11
vaddpd ymm15, ymm5, ymm15
vmovapd ymm5, [r13+0]
vmovapd [rsi-96], ymm6
vmovapd ymm6, [r14+64]
vmovapd [rsi-64], ymm1
vmovapd ymm1, ymm9
vfmadd231pd ymm1, ymm5, ymm6
vsubpd ymm9, ymm9, ymm1
vfmadd231pd ymm9, ymm5, ymm6
vaddpd ymm9, ymm15, ymm9
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm10, ymm2
vsubpd ymm8, ymm15, ymm3
vfmsub231pd ymm8, ymm10, ymm2
vmovapd ymm10, ymm15
vfmadd231pd ymm10, ymm5, ymm12
vsubpd ymm15, ymm15, ymm10
vfmadd231pd ymm15, ymm5, ymm12
vaddpd ymm15, ymm8, ymm15
vmovapd ymm8, [rbx+32]
vmovapd ymm5, [r12+32]
vmovapd ymm12, ymm1
vfmadd231pd ymm12, ymm8, ymm5
vsubpd ymm1, ymm1, ymm12
vfmadd231pd ymm1, ymm8, ymm5
vaddpd ymm1, ymm9, ymm1
vmovapd ymm9, [r13+32]
vmovapd ymm2, [r14+32]
vmovapd ymm4, ymm12
vfmadd231pd ymm4, ymm9, ymm2
vsubpd ymm12, ymm12, ymm4
vfmadd231pd ymm12, ymm9, ymm2
vaddpd ymm12, ymm1, ymm12
vmovapd ymm1, ymm10
vfmadd231pd ymm1, ymm8, ymm11
vsubpd ymm10, ymm10, ymm1
vfmadd231pd ymm10, ymm8, ymm11
vaddpd ymm10, ymm15, ymm10
vmovapd ymm15, ymm1
vfmadd231pd ymm15, ymm9, ymm6
vsubpd ymm1, ymm1, ymm15
vfmadd231pd ymm1, ymm9, ymm6
vaddpd ymm1, ymm10, ymm1
vmovapd ymm10, [rbx+64]
vmovapd ymm6, [r12+0]
vmovapd ymm11, ymm4
vfmadd231pd ymm11, ymm10, ymm6
vsubpd ymm4, ymm4, ymm11
vfmadd231pd ymm4, ymm10, ymm6
vaddpd ymm4, ymm12, ymm4
vmovapd ymm12, [r13+64]
vmovapd ymm9, [r14+0]
vmovapd ymm8, ymm11
vfmadd231pd ymm8, ymm12, ymm9
vsubpd ymm11, ymm11, ymm8
vfmadd231pd ymm11, ymm12, ymm9
vaddpd ymm11, ymm4, ymm11
vmovapd ymm4, ymm15
vfmadd231pd ymm4, ymm10, ymm5
vsubpd ymm15, ymm15, ymm4
vfmadd231pd ymm15, ymm10, ymm5
vaddpd ymm15, ymm1, ymm15
vmovapd ymm1, ymm4
vfmadd231pd ymm1, ymm12, ymm2
vsubpd ymm4, ymm4, ymm1
vfmadd231pd ymm4, ymm12, ymm2
vaddpd ymm4, ymm15, ymm4
vmovapd ymm15, [rbx+96]
vmovapd ymm2, [r12-32]
vmovapd ymm5, ymm8
vfmadd231pd ymm5, ymm15, ymm2
vsubpd ymm8, ymm8, ymm5
vfmadd231pd ymm8, ymm15, ymm2
vaddpd ymm8, ymm11, ymm8
vmovapd ymm11, [r13+96]
vmovapd ymm12, [r14-32]
vmovapd ymm10, ymm5
vfmadd231pd ymm10, ymm11, ymm12
vsubpd ymm5, ymm5, ymm10
vfmadd231pd ymm5, ymm11, ymm12
vaddpd ymm5, ymm8, ymm5
vmovapd ymm8, ymm1
vfmadd231pd ymm8, ymm15, ymm6
vsubpd ymm1, ymm1, ymm8
vfmadd231pd ymm1, ymm15, ymm6
vaddpd ymm1, ymm4, ymm1
vmovapd ymm4, ymm8
vfmadd231pd ymm4, ymm11, ymm9
vsubpd ymm8, ymm8, ymm4
vfmadd231pd ymm8, ymm11, ymm9
vaddpd ymm8, ymm1, ymm8
vmovapd ymm1, [rax-32]
vfmadd231pd ymm1, ymm14, ymm0
vmovapd [rsi-32], ymm8
vmovapd ymm8, [rax-32]
vsubpd ymm8, ymm8, ymm1
vfmadd231pd ymm8, ymm14, ymm0
vaddpd ymm8, ymm8, [rax-64]
vmovapd [rax-64], ymm4
vmovapd ymm4, [rbx-128]
vmovapd [rax-32], ymm5
vmovapd ymm5, [r12-64]
vmovapd [rsi+0], ymm10
vmovapd ymm10, ymm3
vfmadd231pd ymm10, ymm4, ymm5
vsubpd ymm9, ymm10, ymm3
vfmsub231pd ymm9, ymm4, ymm5
vmovapd ymm6, [r13-128]
vmovapd ymm0, [r14-64]
vmovapd ymm11, ymm10
vfmadd231pd ymm11, ymm6, ymm0
vsubpd ymm10, ymm10, ymm11
vfmadd231pd ymm10, ymm6, ymm0
vaddpd ymm10, ymm9, ymm10
vmovapd ymm9, ymm3
vfmadd231pd ymm9, ymm4, ymm2
vsubpd ymm15, ymm9, ymm3
vfmsub231pd ymm15, ymm4, ymm2
vmovapd ymm2, ymm9
vfmadd231pd ymm2, ymm6, ymm12
vsubpd ymm9, ymm9, ymm2
vfmadd231pd ymm9, ymm6, ymm12
vaddpd ymm9, ymm15, ymm9
vmovapd ymm15, [rbx-96]
vmovapd ymm12, [r12-96]
vmovapd ymm6, ymm11
vfmadd231pd ymm6, ymm15, ymm12
vsubpd ymm11, ymm11, ymm6
vfmadd231pd ymm11, ymm15, ymm12
vaddpd ymm11, ymm10, ymm11
vmovapd ymm10, [r13-96]
vmovapd ymm4, [r14-96]
vmovapd [rsi+32], ymm14
vmovapd ymm14, ymm6
vfmadd231pd ymm14, ymm10, ymm4
vsubpd ymm6, ymm6, ymm14
vfmadd231pd ymm6, ymm10, ymm4
vaddpd ymm6, ymm11, ymm6
vmovapd ymm11, ymm2
vfmadd231pd ymm11, ymm15, ymm5
vsubpd ymm2, ymm2, ymm11
vfmadd231pd ymm2, ymm15, ymm5
vaddpd ymm2, ymm9, ymm2
vmovapd ymm9, ymm11
vfmadd231pd ymm9, ymm10, ymm0
vsubpd ymm11, ymm11, ymm9
vfmadd231pd ymm11, ymm10, ymm0
vaddpd ymm11, ymm2, ymm11
vmovapd ymm2, [rbx-64]
vmovapd ymm0, [r12-128]
vmovapd ymm5, ymm14
vfmadd231pd ymm5, ymm2, ymm0
vsubpd ymm14, ymm14, ymm5
vfmadd231pd ymm14, ymm2, ymm0
vaddpd ymm14, ymm6, ymm14
vmovapd ymm6, [r13-64]
vmovapd ymm10, [r14-128]
vmovapd ymm15, ymm5
vfmadd231pd ymm15, ymm6, ymm10
vsubpd ymm5, ymm5, ymm15
vfmadd231pd ymm5, ymm6, ymm10
vaddpd ymm5, ymm14, ymm5
vmovapd ymm14, ymm9
vfmadd231pd ymm14, ymm2, ymm12
vsubpd ymm9, ymm9, ymm14
vfmadd231pd ymm9, ymm2, ymm12
vaddpd ymm9, ymm11, ymm9
vmovapd ymm11, ymm14
vfmadd231pd ymm11, ymm6, ymm4
vsubpd ymm14, ymm14, ymm11
vfmadd231pd ymm14, ymm6, ymm4
vaddpd ymm14, ymm9, ymm14
vmovapd ymm9, ymm11
vfmadd231pd ymm9, ymm13, ymm0
vsubpd ymm11, ymm11, ymm9
vfmadd231pd ymm11, ymm13, ymm0
vaddpd ymm11, ymm14, ymm11
vmovapd ymm14, [r13-32]
vmovapd ymm0, ymm9
vfmadd231pd ymm0, ymm10, ymm14
vsubpd ymm9, ymm9, ymm0
vfmadd231pd ymm9, ymm14, ymm10
vaddpd ymm9, ymm11, ymm9
vmovapd ymm11, [r11-64]
vfmadd231pd ymm8, ymm7, ymm11
vmovapd ymm7, [r11-32]
vmovapd ymm10, ymm3
vfmadd231pd ymm10, ymm8, ymm7
vsubpd ymm10, ymm10, ymm3
vfmsub231pd ymm10, ymm8, ymm7
vsubpd ymm1, ymm1, ymm3
vmovapd ymm4, [r10-128]
vfmadd231pd ymm8, ymm10, ymm4
vaddpd ymm8, ymm1, ymm8
vmovapd ymm1, [rbx+32]
vmovapd ymm14, [r12+96]
vmovapd ymm13, ymm3
vfmadd231pd ymm13, ymm1, ymm14
vsubpd ymm12, ymm13, ymm3
vfmsub231pd ymm12, ymm1, ymm14
vmovapd ymm1, [r13+32]
vmovapd ymm6, [r14+96]
vmovapd ymm2, ymm13
vfmadd231pd ymm2, ymm1, ymm6
vsubpd ymm13, ymm13, ymm2
vfmadd231pd ymm13, ymm1, ymm6
vaddpd ymm13, ymm12, ymm13
vmovapd ymm12, [rbx+64]
vmovapd ymm1, [r12+64]
vmovapd [rsi+64], ymm8
vmovapd ymm8, ymm2
vfmadd231pd ymm8, ymm12, ymm1
vsubpd ymm2, ymm2, ymm8
vfmadd231pd ymm2, ymm12, ymm1
vaddpd ymm2, ymm13, ymm2
vmovapd ymm13, [r13+64]
vmovapd ymm4, [r14+64]
vmovapd ymm7, ymm8
vfmadd231pd ymm7, ymm13, ymm4
vsubpd ymm8, ymm8, ymm7
vfmadd231pd ymm8, ymm13, ymm4
vaddpd ymm8, ymm2, ymm8
vmovapd ymm2, ymm3
vfmadd231pd ymm2, ymm12, ymm14
vsubpd ymm11, ymm2, ymm3
vfmsub231pd ymm11, ymm12, ymm14
vmovapd ymm12, ymm2
vfmadd231pd ymm12, ymm13, ymm6
vsubpd ymm2, ymm2, ymm12
vfmadd231pd ymm2, ymm13, ymm6
vaddpd ymm2, ymm11, ymm2
vmovapd ymm11, [rbx+96]
vmovapd ymm13, [r12+32]
vmovapd ymm6, ymm7
vfmadd231pd ymm6, ymm11, ymm13
vsubpd ymm7, ymm7, ymm6
vfmadd231pd ymm7, ymm11, ymm13
vaddpd ymm7, ymm8, ymm7
vmovapd ymm8, [r13+96]
vmovapd ymm13, [r14+32]
vmovapd ymm3, ymm6
vfmadd231pd ymm3, ymm8, ymm13
vsubpd ymm6, ymm6, ymm3
vfmadd231pd ymm6, ymm8, ymm13
vaddpd ymm6, ymm7, ymm6
vmovapd ymm7, ymm12
vfmadd231pd ymm7, ymm11, ymm1
vsubpd ymm12, ymm12, ymm7
vfmadd231pd ymm12, ymm11, ymm1
vaddpd ymm12, ymm2, ymm12
vmovapd ymm2, ymm7
vfmadd231pd ymm2, ymm8, ymm4
vsubpd ymm7, ymm7, ymm2
vfmadd231pd ymm7, ymm8, ymm4
vaddpd ymm7, ymm12, ymm7
vmovapd ymm12, [r11-128]
vfmadd231pd ymm12, ymm11, ymm14
vmovapd [rsi+96], ymm7
vmovapd ymm7, [r11-128]
vmovapd [rsi+128], ymm2
vsubpd ymm2, ymm12, ymm7
vfmsub231pd ymm2, ymm11, ymm14
vmovapd [rsi+160], ymm6
vmovapd ymm6, [r14+96]
vmovapd [rsi+192], ymm3
vmovapd ymm3, ymm12
vfmadd231pd ymm3, ymm8, ymm6
vsubpd ymm12, ymm12, ymm3
vfmadd231pd ymm12, ymm8, ymm6
vaddpd ymm12, ymm2, ymm12
vmovapd ymm2, [rsi+32]
vmovapd [rsi+224], ymm12
vmovapd ymm12, [r10-64]
vmovapd [rsi+256], ymm3
vmovapd ymm3, ymm15
vfmadd231pd ymm3, ymm2, ymm12
vsubpd ymm15, ymm15, ymm3
vfmadd231pd ymm15, ymm2, ymm12
vaddpd ymm15, ymm5, ymm15
vmovapd ymm5, [r10-32]
vmovapd ymm8, ymm0
vfmadd231pd ymm8, ymm2, ymm5
vsubpd ymm0, ymm0, ymm8
vfmadd231pd ymm0, ymm2, ymm5
vaddpd ymm0, ymm9, ymm0
vmovapd ymm9, [r10-96]
vmovapd ymm11, ymm3
vfmadd231pd ymm11, ymm10, ymm9
vsubpd ymm3, ymm3, ymm11
vfmadd231pd ymm3, ymm10, ymm9
vaddpd ymm3, ymm15, ymm3
vmovapd ymm15, ymm8
vfmadd231pd ymm15, ymm10, ymm12
vsubpd ymm8, ymm8, ymm15
vfmadd231pd ymm8, ymm10, ymm12
vaddpd ymm8, ymm0, ymm8
vmovapd ymm0, [rax+0]
vmovapd ymm6, [rsi-64]
vfmadd231pd ymm6, ymm0, [r11-64]
vmovapd ymm0, [r11-32]
vmovapd ymm14, ymm7
vfmadd231pd ymm14, ymm6, ymm0
vsubpd ymm14, ymm14, ymm7
vfmsub231pd ymm14, ymm6, ymm0
vmovapd ymm4, [rsi-96]
vsubpd ymm4, ymm4, ymm7
vfmadd231pd ymm6, ymm14, [r10-128]
vaddpd ymm6, ymm4, ymm6
vmovapd ymm4, [rsi-128]
vfmadd231pd ymm4, ymm14, ymm9
vmovapd ymm1, [rsi-128]
vsubpd ymm1, ymm1, ymm4
vfmadd231pd ymm1, ymm14, ymm9
vaddpd ymm1, ymm1, [r15+96]
vmovapd ymm2, [rdx-128]
vmovapd [r15+96], ymm10
vmovapd ymm10, [rcx+0]
vmovapd ymm13, ymm7
vfmadd231pd ymm13, ymm2, ymm10
vsubpd ymm9, ymm13, ymm7
vfmsub231pd ymm9, ymm2, ymm10
vmovapd ymm12, [r8-128]
vmovapd ymm0, [r9+0]
vmovapd [rsi-128], ymm8
vmovapd ymm8, ymm13
vfmadd231pd ymm8, ymm12, ymm0
vsubpd ymm13, ymm13, ymm8
vfmadd231pd ymm13, ymm12, ymm0
vaddpd ymm13, ymm9, ymm13
vmovapd ymm9, [rcx+32]
vmovapd ymm5, ymm7
vfmadd231pd ymm5, ymm2, ymm9
vmovapd [rsi-96], ymm15
vsubpd ymm15, ymm5, ymm7
vfmsub231pd ymm15, ymm2, ymm9
vmovapd ymm9, [r9+32]
vmovapd ymm2, ymm5
vfmadd231pd ymm2, ymm12, ymm9
vsubpd ymm5, ymm5, ymm2
vfmadd231pd ymm5, ymm12, ymm9
vaddpd ymm5, ymm15, ymm5
vmovapd ymm15, [rdx-96]
vmovapd ymm9, [rcx-32]
vmovapd ymm12, ymm8
vfmadd231pd ymm12, ymm15, ymm9
vsubpd ymm8, ymm8, ymm12
vfmadd231pd ymm8, ymm15, ymm9
vaddpd ymm8, ymm13, ymm8
vmovapd ymm13, [r8-96]
vmovapd ymm7, [r9-32]
vmovapd [rsi-64], ymm11
vmovapd ymm11, ymm12
vfmadd231pd ymm11, ymm13, ymm7
vsubpd ymm12, ymm12, ymm11
vfmadd231pd ymm12, ymm13, ymm7
vaddpd ymm12, ymm8, ymm12
vmovapd ymm8, ymm2
vfmadd231pd ymm8, ymm15, ymm10
vsubpd ymm2, ymm2, ymm8
vfmadd231pd ymm2, ymm15, ymm10
vaddpd ymm2, ymm5, ymm2
vmovapd ymm5, ymm8
vfmadd231pd ymm5, ymm13, ymm0
vsubpd ymm8, ymm8, ymm5
vfmadd231pd ymm8, ymm13, ymm0
vaddpd ymm8, ymm2, ymm8
vmovapd ymm2, [rdx-64]
vmovapd ymm0, [rcx-64]
vmovapd ymm10, ymm11
vfmadd231pd ymm10, ymm2, ymm0
vsubpd ymm11, ymm11, ymm10
vfmadd231pd ymm11, ymm2, ymm0
vaddpd ymm11, ymm12, ymm11
vmovapd ymm12, [r8-64]
vmovapd ymm13, [r9-64]
vmovapd ymm15, ymm10
vfmadd231pd ymm15, ymm12, ymm13
vsubpd ymm10, ymm10, ymm15
vfmadd231pd ymm10, ymm12, ymm13
vaddpd ymm10, ymm11, ymm10
vmovapd ymm11, ymm5
vfmadd231pd ymm11, ymm2, ymm9
vsubpd ymm5, ymm5, ymm11
vfmadd231pd ymm5, ymm2, ymm9
vaddpd ymm5, ymm8, ymm5
vmovapd ymm8, ymm11
vfmadd231pd ymm8, ymm12, ymm7
vsubpd ymm11, ymm11, ymm8
vfmadd231pd ymm11, ymm12, ymm7
vaddpd ymm11, ymm5, ymm11
vmovapd ymm5, [rdx-32]
vmovapd ymm7, [rcx-96]
vmovapd ymm9, ymm15
vfmadd231pd ymm9, ymm5, ymm7
vsubpd ymm15, ymm15, ymm9
vfmadd231pd ymm15, ymm5, ymm7
vaddpd ymm15, ymm10, ymm15
vmovapd ymm10, [r8-32]
vmovapd ymm12, [r9-96]
vmovapd ymm2, ymm9
vfmadd231pd ymm2, ymm10, ymm12
vsubpd ymm9, ymm9, ymm2
vfmadd231pd ymm9, ymm10, ymm12
vaddpd ymm9, ymm15, ymm9
vmovapd ymm15, ymm8
vfmadd231pd ymm15, ymm5, ymm0
vsubpd ymm8, ymm8, ymm15
vfmadd231pd ymm8, ymm5, ymm0
vaddpd ymm8, ymm11, ymm8
vmovapd ymm11, ymm15
vfmadd231pd ymm11, ymm10, ymm13
vsubpd ymm15, ymm15, ymm11
vfmadd231pd ymm15, ymm10, ymm13
vaddpd ymm15, ymm8, ymm15
vmovapd ymm8, [rdx+0]
vmovapd ymm13, [rcx-128]
vmovapd ymm0, ymm2
vfmadd231pd ymm0, ymm8, ymm13
vsubpd ymm2, ymm2, ymm0
vfmadd231pd ymm2, ymm8, ymm13
vaddpd ymm2, ymm9, ymm2
vmovapd ymm9, [r8+0]
vmovapd ymm10, [r9-128]
vmovapd ymm5, ymm0
vfmadd231pd ymm5, ymm9, ymm10
vsubpd ymm0, ymm0, ymm5
vfmadd231pd ymm0, ymm9, ymm10
vaddpd ymm0, ymm2, ymm0
vmovapd ymm2, ymm11
vfmadd231pd ymm2, ymm8, ymm7
vsubpd ymm11, ymm11, ymm2
vfmadd231pd ymm11, ymm8, ymm7
vaddpd ymm11, ymm15, ymm11
vmovapd ymm15, ymm2
vfmadd231pd ymm15, ymm9, ymm12
vsubpd ymm2, ymm2, ymm15
vfmadd231pd ymm2, ymm9, ymm12
vaddpd ymm2, ymm11, ymm2
vmovapd ymm11, [rdx+32]
vmovapd ymm12, ymm15
vfmadd231pd ymm12, ymm13, ymm11
vsubpd ymm15, ymm15, ymm12
vfmadd231pd ymm15, ymm11, ymm13
vaddpd ymm15, ymm2, ymm15
vmovapd ymm2, [r8+32]
vmovapd ymm13, ymm12
vfmadd231pd ymm13, ymm10, ymm2
vsubpd ymm12, ymm12, ymm13
vfmadd231pd ymm12, ymm2, ymm10
vaddpd ymm12, ymm15, ymm12
vmovapd ymm15, [rax-128]
vmovapd ymm10, [r10+0]
vmovapd ymm2, ymm5
vfmadd231pd ymm2, ymm15, ymm10
vsubpd ymm5, ymm5, ymm2
vfmadd231pd ymm5, ymm15, ymm10
vaddpd ymm5, ymm0, ymm5
vmovapd ymm0, [r10+32]
vmovapd ymm7, ymm13
vfmadd231pd ymm7, ymm15, ymm0
vsubpd ymm13, ymm13, ymm7
vfmadd231pd ymm13, ymm15, ymm0
vaddpd ymm13, ymm12, ymm13
vmovapd ymm12, [rax-96]
vmovapd ymm15, [r10-32]
vmovapd ymm11, ymm2
vfmadd231pd ymm11, ymm12, ymm15
vsubpd ymm2, ymm2, ymm11
vfmadd231pd ymm2, ymm12, ymm15
vaddpd ymm2, ymm5, ymm2
vmovapd ymm5, ymm7
vfmadd231pd ymm5, ymm12, ymm10
vsubpd ymm7, ymm7, ymm5
vfmadd231pd ymm7, ymm12, ymm10
vaddpd ymm7, ymm13, ymm7
vmovapd ymm13, [r11-64]
vfmadd231pd ymm1, ymm6, ymm13
vmovapd ymm6, [r11-32]
vmovapd ymm12, [r11-128]
vfmadd231pd ymm12, ymm1, ymm6
vmovapd ymm9, [r11-128]
vsubpd ymm12, ymm12, ymm9
vfmsub231pd ymm12, ymm1, ymm6
vsubpd ymm4, ymm4, ymm9
vmovapd ymm8, [r10-128]
vfmadd231pd ymm1, ymm12, ymm8
vaddpd ymm1, ymm4, ymm1
vmovapd ymm4, [r10-64]
vmovapd ymm0, ymm11
vfmadd231pd ymm0, ymm14, ymm4
vsubpd ymm11, ymm11, ymm0
vfmadd231pd ymm11, ymm14, ymm4
vaddpd ymm11, ymm2, ymm11
vmovapd ymm2, ymm5
vfmadd231pd ymm2, ymm14, ymm15
vsubpd ymm5, ymm5, ymm2
vfmadd231pd ymm5, ymm14, ymm15
vaddpd ymm5, ymm7, ymm5
vmovapd ymm7, [r10-96]
vmovapd [rax+0], ymm14
vmovapd ymm14, ymm0
vfmadd231pd ymm14, ymm12, ymm7
vsubpd ymm0, ymm0, ymm14
vfmadd231pd ymm0, ymm12, ymm7
vaddpd ymm0, ymm11, ymm0
vmovapd ymm11, ymm2
vfmadd231pd ymm11, ymm12, ymm4
vsubpd ymm2, ymm2, ymm11
vfmadd231pd ymm2, ymm12, ymm4
vaddpd ymm2, ymm5, ymm2
vfmadd231pd ymm3, ymm13, [rsi+64]
vmovapd ymm5, ymm9
vfmadd231pd ymm5, ymm3, ymm6
vsubpd ymm5, ymm5, ymm9
vfmsub231pd ymm5, ymm3, ymm6
vmovapd [rsi+64], ymm12
vmovapd ymm12, [rsi-64]
vsubpd ymm12, ymm12, ymm9
vfmadd231pd ymm3, ymm5, ymm8
vaddpd ymm3, ymm12, ymm3
vmovapd ymm12, [rsi-96]
vfmadd231pd ymm12, ymm5, ymm7
vmovapd ymm4, [rsi-96]
vsubpd ymm4, ymm4, ymm12
vfmadd231pd ymm4, ymm5, ymm7
vaddpd ymm4, ymm4, [rsi-128]
vmovapd ymm7, [rbx-128]
vmovapd ymm8, [r12+0]
vmovapd ymm6, ymm9
vfmadd231pd ymm6, ymm7, ymm8
vsubpd ymm13, ymm6, ymm9
vfmsub231pd ymm13, ymm7, ymm8
vmovapd [rsi-128], ymm2
vmovapd ymm2, [r13-128]
vmovapd ymm15, [r14+0]
vmovapd [rsi-96], ymm11
vmovapd ymm11, ymm6
vfmadd231pd ymm11, ymm2, ymm15
vsubpd ymm6, ymm6, ymm11
vfmadd231pd ymm6, ymm2, ymm15
vaddpd ymm6, ymm13, ymm6
vmovapd ymm13, [r12+32]
vmovapd [rsi-64], ymm14
vmovapd ymm14, ymm9
vfmadd231pd ymm14, ymm7, ymm13
vsubpd ymm10, ymm14, ymm9
vfmsub231pd ymm10, ymm7, ymm13
vmovapd ymm13, [r14+32]
vmovapd ymm7, ymm14
vfmadd231pd ymm7, ymm2, ymm13
vsubpd ymm14, ymm14, ymm7
vfmadd231pd ymm14, ymm2, ymm13
vaddpd ymm14, ymm10, ymm14
vmovapd ymm10, [rbx-96]
vmovapd ymm13, [r12-32]
vmovapd ymm2, ymm11
vfmadd231pd ymm2, ymm10, ymm13
vsubpd ymm11, ymm11, ymm2
vfmadd231pd ymm11, ymm10, ymm13
vaddpd ymm11, ymm6, ymm11
vmovapd ymm6, [r13-96]
vmovapd ymm9, [r14-32]
vmovapd [rsi+288], ymm1
vmovapd ymm1, ymm2
vfmadd231pd ymm1, ymm6, ymm9
vsubpd ymm2, ymm2, ymm1
vfmadd231pd ymm2, ymm6, ymm9
vaddpd ymm2, ymm11, ymm2
vmovapd ymm11, ymm7
vfmadd231pd ymm11, ymm10, ymm8
vsubpd ymm7, ymm7, ymm11
vfmadd231pd ymm7, ymm10, ymm8
vaddpd ymm7, ymm14, ymm7
vmovapd ymm14, ymm11
vfmadd231pd ymm14, ymm6, ymm15
vsubpd ymm11, ymm11, ymm14
vfmadd231pd ymm11, ymm6, ymm15
vaddpd ymm11, ymm7, ymm11
vmovapd ymm7, [rbx-64]
vmovapd ymm15, [r12-64]
vmovapd ymm8, ymm1
vfmadd231pd ymm8, ymm7, ymm15
vsubpd ymm1, ymm1, ymm8
vfmadd231pd ymm1, ymm7, ymm15
vaddpd ymm1, ymm2, ymm1
vmovapd ymm2, [r13-64]
vmovapd ymm6, [r14-64]
vmovapd ymm10, ymm8
vfmadd231pd ymm10, ymm2, ymm6
vsubpd ymm8, ymm8, ymm10
vfmadd231pd ymm8, ymm2, ymm6
vaddpd ymm8, ymm1, ymm8
vmovapd ymm1, ymm14
vfmadd231pd ymm1, ymm7, ymm13
vsubpd ymm14, ymm14, ymm1
vfmadd231pd ymm14, ymm7, ymm13
vaddpd ymm14, ymm11, ymm14
vmovapd ymm11, ymm1
vfmadd231pd ymm11, ymm2, ymm9
vsubpd ymm1, ymm1, ymm11
vfmadd231pd ymm1, ymm2, ymm9
vaddpd ymm1, ymm14, ymm1
vmovapd ymm14, [rbx-32]
vmovapd ymm9, [r12-96]
vmovapd ymm13, ymm10
vfmadd231pd ymm13, ymm14, ymm9
vsubpd ymm10, ymm10, ymm13
vfmadd231pd ymm10, ymm14, ymm9
vaddpd ymm10, ymm8, ymm10
vmovapd ymm8, [r13-32]
vmovapd ymm2, [r14-96]
vmovapd ymm7, ymm13
vfmadd231pd ymm7, ymm8, ymm2
vsubpd ymm13, ymm13, ymm7
vfmadd231pd ymm13, ymm8, ymm2
vaddpd ymm13, ymm10, ymm13
vmovapd ymm10, ymm11
vfmadd231pd ymm10, ymm14, ymm15
vsubpd ymm11, ymm11, ymm10
vfmadd231pd ymm11, ymm14, ymm15
vaddpd ymm11, ymm1, ymm11
vmovapd ymm1, ymm10
vfmadd231pd ymm1, ymm8, ymm6
vsubpd ymm10, ymm10, ymm1
vfmadd231pd ymm10, ymm8, ymm6
vaddpd ymm10, ymm11, ymm10
vmovapd ymm11, [rbx+0]
vmovapd ymm6, [r12-128]
vmovapd ymm15, ymm7
vfmadd231pd ymm15, ymm11, ymm6
vsubpd ymm7, ymm7, ymm15
vfmadd231pd ymm7, ymm11, ymm6
vaddpd ymm7, ymm13, ymm7
vmovapd ymm13, [r13+0]
vmovapd ymm8, [r14-128]
vmovapd ymm14, ymm15
vfmadd231pd ymm14, ymm13, ymm8
vsubpd ymm15, ymm15, ymm14
vfmadd231pd ymm15, ymm13, ymm8
vaddpd ymm15, ymm7, ymm15
vmovapd ymm7, ymm1
vfmadd231pd ymm7, ymm11, ymm9
vsubpd ymm1, ymm1, ymm7
vfmadd231pd ymm1, ymm11, ymm9
vaddpd ymm1, ymm10, ymm1
vmovapd ymm10, ymm7
vfmadd231pd ymm10, ymm13, ymm2
vsubpd ymm7, ymm7, ymm10
vfmadd231pd ymm7, ymm13, ymm2
vaddpd ymm7, ymm1, ymm7
vmovapd ymm1, [rbx+32]
vmovapd ymm2, ymm10
vfmadd231pd ymm2, ymm6, ymm1
vsubpd ymm10, ymm10, ymm2
vfmadd231pd ymm10, ymm1, ymm6
vaddpd ymm10, ymm7, ymm10
vmovapd ymm7, [r13+32]
vmovapd ymm6, ymm2
vfmadd231pd ymm6, ymm8, ymm7
vsubpd ymm2, ymm2, ymm6
vfmadd231pd ymm2, ymm7, ymm8
vaddpd ymm2, ymm10, ymm2
vmovapd ymm10, [rsi+32]
vmovapd ymm8, [r10+0]
vmovapd ymm7, ymm14
vfmadd231pd ymm7, ymm10, ymm8
vsubpd ymm14, ymm14, ymm7
vfmadd231pd ymm14, ymm10, ymm8
vaddpd ymm14, ymm15, ymm14
vmovapd ymm15, [r10+32]
vmovapd ymm9, ymm6
vfmadd231pd ymm9, ymm10, ymm15
vsubpd ymm6, ymm6, ymm9
vfmadd231pd ymm6, ymm10, ymm15
vaddpd ymm6, ymm2, ymm6
vmovapd ymm2, [r15+96]
vmovapd ymm10, [r10-32]
vmovapd ymm1, ymm7
vfmadd231pd ymm1, ymm2, ymm10
vsubpd ymm7, ymm7, ymm1
vfmadd231pd ymm7, ymm2, ymm10
vaddpd ymm7, ymm14, ymm7
vmovapd ymm14, ymm9
vfmadd231pd ymm14, ymm2, ymm8
vsubpd ymm9, ymm9, ymm14
vfmadd231pd ymm9, ymm2, ymm8
vaddpd ymm9, ymm6, ymm9
vmovapd ymm6, [r11-64]
vfmadd231pd ymm4, ymm3, ymm6
vmovapd ymm3, [r11-32]
vmovapd ymm2, [r11-128]
vfmadd231pd ymm2, ymm4, ymm3
vmovapd ymm13, [r11-128]
vsubpd ymm2, ymm2, ymm13
vfmsub231pd ymm2, ymm4, ymm3
vsubpd ymm12, ymm12, ymm13
vmovapd ymm11, [r10-128]
vfmadd231pd ymm4, ymm2, ymm11
vaddpd ymm4, ymm12, ymm4
vmovapd ymm12, [r10-64]
vmovapd ymm8, ymm1
vfmadd231pd ymm8, ymm5, ymm12
vsubpd ymm1, ymm1, ymm8
vfmadd231pd ymm1, ymm5, ymm12
vaddpd ymm1, ymm7, ymm1
vmovapd ymm7, ymm14
vfmadd231pd ymm7, ymm5, ymm10
vsubpd ymm14, ymm14, ymm7
vfmadd231pd ymm14, ymm5, ymm10
vaddpd ymm14, ymm9, ymm14
vmovapd ymm9, [r10-96]
vmovapd [rsi+320], ymm5
vmovapd ymm5, ymm8
vfmadd231pd ymm5, ymm2, ymm9
vsubpd ymm8, ymm8, ymm5
vfmadd231pd ymm8, ymm2, ymm9
vaddpd ymm8, ymm1, ymm8
vmovapd ymm1, ymm7
vfmadd231pd ymm1, ymm2, ymm12
vsubpd ymm7, ymm7, ymm1
vfmadd231pd ymm7, ymm2, ymm12
vaddpd ymm7, ymm14, ymm7
vfmadd231pd ymm0, ymm6, [rsi+288]
vmovapd ymm14, ymm13
vfmadd231pd ymm14, ymm0, ymm3
vsubpd ymm14, ymm14, ymm13
vfmsub231pd ymm14, ymm0, ymm3
vmovapd [rsi+288], ymm2
vmovapd ymm2, [rsi-64]
vsubpd ymm2, ymm2, ymm13
vfmadd231pd ymm0, ymm14, ymm11
vaddpd ymm0, ymm2, ymm0
vmovapd ymm2, [rsi-96]
vfmadd231pd ymm2, ymm14, ymm9
vmovapd ymm12, [rsi-96]
vsubpd ymm12, ymm12, ymm2
vfmadd231pd ymm12, ymm14, ymm9
vaddpd ymm12, ymm12, [rsi-128]
vmovapd ymm9, [rdx-128]
vmovapd ymm11, [rcx+64]
vmovapd ymm3, ymm13
vfmadd231pd ymm3, ymm9, ymm11
vsubpd ymm6, ymm3, ymm13
vfmsub231pd ymm6, ymm9, ymm11
vmovapd [rsi-128], ymm7
vmovapd ymm7, [r8-128]
vmovapd ymm10, [r9+64]
vmovapd [rsi-96], ymm1
vmovapd ymm1, ymm3
vfmadd231pd ymm1, ymm7, ymm10
vsubpd ymm3, ymm3, ymm1
vfmadd231pd ymm3, ymm7, ymm10
vaddpd ymm3, ymm6, ymm3
vmovapd ymm6, [rcx+96]
vmovapd [rsi-64], ymm5
vmovapd ymm5, ymm13
vfmadd231pd ymm5, ymm9, ymm6
vmovapd [rsi+352], ymm4
vsubpd ymm4, ymm5, ymm13
vfmsub231pd ymm4, ymm9, ymm6
vmovapd ymm9, [r9+96]
vmovapd ymm6, ymm5
vfmadd231pd ymm6, ymm7, ymm9
vsubpd ymm5, ymm5, ymm6
vfmadd231pd ymm5, ymm7, ymm9
vaddpd ymm5, ymm4, ymm5
vmovapd ymm4, [rdx-96]
vmovapd ymm7, [rcx+32]
vmovapd ymm9, ymm1
vfmadd231pd ymm9, ymm4, ymm7
vsubpd ymm1, ymm1, ymm9
vfmadd231pd ymm1, ymm4, ymm7
vaddpd ymm1, ymm3, ymm1
vmovapd ymm3, [r8-96]
vmovapd ymm13, [r9+32]
vmovapd [rsi+384], ymm8
vmovapd ymm8, ymm9
vfmadd231pd ymm8, ymm3, ymm13
vsubpd ymm9, ymm9, ymm8
vfmadd231pd ymm9, ymm3, ymm13
vaddpd ymm9, ymm1, ymm9
vmovapd ymm1, ymm6
vfmadd231pd ymm1, ymm4, ymm11
vsubpd ymm6, ymm6, ymm1
vfmadd231pd ymm6, ymm4, ymm11
vaddpd ymm6, ymm5, ymm6
vmovapd ymm5, ymm1
vfmadd231pd ymm5, ymm3, ymm10
vsubpd ymm1, ymm1, ymm5
vfmadd231pd ymm1, ymm3, ymm10
vaddpd ymm1, ymm6, ymm1
vmovapd ymm6, [rdx-64]
vmovapd ymm10, [rcx+0]
vmovapd ymm11, ymm8
vfmadd231pd ymm11, ymm6, ymm10
vsubpd ymm8, ymm8, ymm11
vfmadd231pd ymm8, ymm6, ymm10
vaddpd ymm8, ymm9, ymm8
vmovapd ymm9, [r8-64]
vmovapd ymm3, [r9+0]
vmovapd ymm4, ymm11
vfmadd231pd ymm4, ymm9, ymm3
vsubpd ymm11, ymm11, ymm4
vfmadd231pd ymm11, ymm9, ymm3
vaddpd ymm11, ymm8, ymm11
vmovapd ymm8, ymm5
vfmadd231pd ymm8, ymm6, ymm7
vsubpd ymm5, ymm5, ymm8
vfmadd231pd ymm5, ymm6, ymm7
vaddpd ymm5, ymm1, ymm5
vmovapd ymm1, ymm8
vfmadd231pd ymm1, ymm9, ymm13
vsubpd ymm8, ymm8, ymm1
vfmadd231pd ymm8, ymm9, ymm13
vaddpd ymm8, ymm5, ymm8
vmovapd ymm5, [rdx-32]
vmovapd ymm13, [rcx-32]
vmovapd ymm7, ymm4
vfmadd231pd ymm7, ymm5, ymm13
vsubpd ymm4, ymm4, ymm7
vfmadd231pd ymm4, ymm5, ymm13
vaddpd ymm4, ymm11, ymm4
vmovapd ymm11, [r8-32]
vmovapd ymm9, [r9-32]
vmovapd ymm6, ymm7
vfmadd231pd ymm6, ymm11, ymm9
vsubpd ymm7, ymm7, ymm6
vfmadd231pd ymm7, ymm11, ymm9
vaddpd ymm7, ymm4, ymm7
vmovapd ymm4, ymm1
vfmadd231pd ymm4, ymm5, ymm10
vsubpd ymm1, ymm1, ymm4
vfmadd231pd ymm1, ymm5, ymm10
vaddpd ymm1, ymm8, ymm1
vmovapd ymm8, ymm4
vfmadd231pd ymm8, ymm11, ymm3
vsubpd ymm4, ymm4, ymm8
vfmadd231pd ymm4, ymm11, ymm3
vaddpd ymm4, ymm1, ymm4
vmovapd ymm1, [rdx+0]
vmovapd ymm3, [rcx-64]
vmovapd ymm10, ymm6
vfmadd231pd ymm10, ymm1, ymm3
vsubpd ymm6, ymm6, ymm10
vfmadd231pd ymm6, ymm1, ymm3
vaddpd ymm6, ymm7, ymm6
vmovapd ymm7, [r8+0]
vmovapd ymm11, [r9-64]
vmovapd ymm5, ymm10
vfmadd231pd ymm5, ymm7, ymm11
vsubpd ymm10, ymm10, ymm5
vfmadd231pd ymm10, ymm7, ymm11
vaddpd ymm10, ymm6, ymm10
vmovapd ymm6, ymm8
vfmadd231pd ymm6, ymm1, ymm13
vsubpd ymm8, ymm8, ymm6
vfmadd231pd ymm8, ymm1, ymm13
vaddpd ymm8, ymm4, ymm8
vmovapd ymm4, ymm6
vfmadd231pd ymm4, ymm7, ymm9
vsubpd ymm6, ymm6, ymm4
vfmadd231pd ymm6, ymm7, ymm9
vaddpd ymm6, ymm8, ymm6
vmovapd ymm8, [rdx+32]
vmovapd ymm9, [rcx-96]
vmovapd ymm13, ymm5
vfmadd231pd ymm13, ymm8, ymm9
vsubpd ymm5, ymm5, ymm13
vfmadd231pd ymm5, ymm8, ymm9
vaddpd ymm5, ymm10, ymm5
vmovapd ymm10, [r8+32]
vmovapd ymm7, [r9-96]
vmovapd ymm1, ymm13
vfmadd231pd ymm1, ymm10, ymm7
vsubpd ymm13, ymm13, ymm1
vfmadd231pd ymm13, ymm10, ymm7
vaddpd ymm13, ymm5, ymm13
vmovapd ymm5, ymm4
vfmadd231pd ymm5, ymm8, ymm3
vsubpd ymm4, ymm4, ymm5
vfmadd231pd ymm4, ymm8, ymm3
vaddpd ymm4, ymm6, ymm4
vmovapd ymm6, ymm5
vfmadd231pd ymm6, ymm10, ymm11
vsubpd ymm5, ymm5, ymm6
vfmadd231pd ymm5, ymm10, ymm11
vaddpd ymm5, ymm4, ymm5
vmovapd ymm4, [rdx+64]
vmovapd ymm11, [rcx-128]
vmovapd ymm3, ymm1
vfmadd231pd ymm3, ymm4, ymm11
vsubpd ymm1, ymm1, ymm3
vfmadd231pd ymm1, ymm4, ymm11
vaddpd ymm1, ymm13, ymm1
vmovapd ymm13, [r8+64]
vmovapd ymm10, [r9-128]
vmovapd ymm8, ymm3
vfmadd231pd ymm8, ymm13, ymm10
vsubpd ymm3, ymm3, ymm8
vfmadd231pd ymm3, ymm13, ymm10
vaddpd ymm3, ymm1, ymm3
vmovapd ymm1, ymm6
vfmadd231pd ymm1, ymm4, ymm9
vsubpd ymm6, ymm6, ymm1
vfmadd231pd ymm6, ymm4, ymm9
vaddpd ymm6, ymm5, ymm6
vmovapd ymm5, ymm1
vfmadd231pd ymm5, ymm13, ymm7
vsubpd ymm1, ymm1, ymm5
vfmadd231pd ymm1, ymm13, ymm7
vaddpd ymm1, ymm6, ymm1
vmovapd ymm6, [rdx+96]
vmovapd ymm7, ymm5
vfmadd231pd ymm7, ymm11, ymm6
vsubpd ymm5, ymm5, ymm7
vfmadd231pd ymm5, ymm6, ymm11
vaddpd ymm5, ymm1, ymm5
vmovapd ymm1, [r8+96]
vmovapd ymm11, ymm7
vfmadd231pd ymm11, ymm10, ymm1
vsubpd ymm7, ymm7, ymm11
vfmadd231pd ymm7, ymm1, ymm10
vaddpd ymm7, ymm5, ymm7
vmovapd ymm5, [rax-128]
vmovapd ymm10, [r10+64]
vmovapd ymm1, ymm8
vfmadd231pd ymm1, ymm5, ymm10
vsubpd ymm8, ymm8, ymm1
vfmadd231pd ymm8, ymm5, ymm10
vaddpd ymm8, ymm3, ymm8
vmovapd ymm3, [r10+96]
vmovapd ymm9, ymm11
vfmadd231pd ymm9, ymm5, ymm3
vsubpd ymm11, ymm11, ymm9
vfmadd231pd ymm11, ymm5, ymm3
vaddpd ymm11, ymm7, ymm11
vmovapd ymm7, [rax-96]
vmovapd ymm5, ymm1
vfmadd231pd ymm5, ymm15, ymm7
vsubpd ymm1, ymm1, ymm5
vfmadd231pd ymm1, ymm7, ymm15
vaddpd ymm1, ymm8, ymm1
vmovapd ymm8, ymm9
vfmadd231pd ymm8, ymm7, ymm10
vsubpd ymm9, ymm9, ymm8
vfmadd231pd ymm9, ymm7, ymm10
vaddpd ymm9, ymm11, ymm9
vmovapd ymm11, [rax+0]
vmovapd ymm7, [r10+0]
vmovapd ymm6, ymm5
vfmadd231pd ymm6, ymm11, ymm7
vsubpd ymm5, ymm5, ymm6
vfmadd231pd ymm5, ymm11, ymm7
vaddpd ymm5, ymm1, ymm5
vmovapd ymm1, ymm8
vfmadd231pd ymm1, ymm11, ymm15
vsubpd ymm8, ymm8, ymm1
vfmadd231pd ymm8, ymm11, ymm15
vaddpd ymm8, ymm9, ymm8
vmovapd ymm9, [rsi+64]
vmovapd ymm11, [r10-32]
vmovapd ymm13, ymm6
vfmadd231pd ymm13, ymm9, ymm11
vsubpd ymm6, ymm6, ymm13
vfmadd231pd ymm6, ymm9, ymm11
vaddpd ymm6, ymm5, ymm6
vmovapd ymm5, ymm1
vfmadd231pd ymm5, ymm9, ymm7
vsubpd ymm1, ymm1, ymm5
vfmadd231pd ymm1, ymm9, ymm7
vaddpd ymm1, ymm8, ymm1
vmovapd ymm8, [r11-64]
vfmadd231pd ymm12, ymm0, ymm8
vmovapd ymm0, [r11-32]
vmovapd ymm9, [r11-128]
vfmadd231pd ymm9, ymm12, ymm0
vmovapd ymm4, [r11-128]
vsubpd ymm9, ymm9, ymm4
vfmsub231pd ymm9, ymm12, ymm0
vsubpd ymm2, ymm2, ymm4
vmovapd ymm7, [r10-128]
vfmadd231pd ymm12, ymm9, ymm7
vaddpd ymm12, ymm2, ymm12
vmovapd ymm2, [r10-64]
vmovapd [rax-128], ymm12
vmovapd ymm12, ymm13
vfmadd231pd ymm12, ymm14, ymm2
vsubpd ymm13, ymm13, ymm12
vfmadd231pd ymm13, ymm14, ymm2
vaddpd ymm13, ymm6, ymm13
vmovapd ymm6, ymm5
vfmadd231pd ymm6, ymm14, ymm11
vsubpd ymm5, ymm5, ymm6
vfmadd231pd ymm5, ymm14, ymm11
vaddpd ymm5, ymm1, ymm5
vmovapd ymm1, [r10-96]
vmovapd [rsi+416], ymm14
vmovapd ymm14, ymm12
vfmadd231pd ymm14, ymm9, ymm1
vsubpd ymm12, ymm12, ymm14
vfmadd231pd ymm12, ymm9, ymm1
vaddpd ymm12, ymm13, ymm12
vmovapd ymm13, ymm6
vfmadd231pd ymm13, ymm9, ymm2
vsubpd ymm6, ymm6, ymm13
vfmadd231pd ymm6, ymm9, ymm2
vaddpd ymm6, ymm5, ymm6
vmovapd ymm5, [rsi+384]
vfmadd231pd ymm5, ymm8, [rsi+352]
vmovapd [rsi+384], ymm9
vmovapd ymm9, ymm4
vfmadd231pd ymm9, ymm5, ymm0
vsubpd ymm9, ymm9, ymm4
vfmsub231pd ymm9, ymm5, ymm0
vmovapd ymm2, [rsi-64]
vsubpd ymm2, ymm2, ymm4
vfmadd231pd ymm5, ymm9, ymm7
vaddpd ymm5, ymm2, ymm5
vmovapd ymm2, [rsi-96]
vfmadd231pd ymm2, ymm9, ymm1
vmovapd ymm7, [rsi-96]
vsubpd ymm7, ymm7, ymm2
vfmadd231pd ymm7, ymm9, ymm1
vaddpd ymm7, ymm7, [rsi-128]
vmovapd ymm1, [rbx-128]
vmovapd ymm0, [r12+64]
vmovapd ymm8, ymm4
vfmadd231pd ymm8, ymm1, ymm0
vmovapd [rsi-128], ymm6
vsubpd ymm6, ymm8, ymm4
vfmsub231pd ymm6, ymm1, ymm0
vmovapd ymm11, [r13-128]
vmovapd [rsi-96], ymm13
vmovapd ymm13, [r14+64]
vmovapd [rsi-64], ymm14
vmovapd ymm14, ymm8
vfmadd231pd ymm14, ymm11, ymm13
vsubpd ymm8, ymm8, ymm14
vfmadd231pd ymm8, ymm11, ymm13
vaddpd ymm8, ymm6, ymm8
vmovapd ymm6, [r12+96]
vmovapd [rsi+352], ymm12
vmovapd ymm12, ymm4
vfmadd231pd ymm12, ymm1, ymm6
vsubpd ymm15, ymm12, ymm4
vfmsub231pd ymm15, ymm1, ymm6
vmovapd ymm1, [r14+96]
vmovapd ymm6, ymm12
vfmadd231pd ymm6, ymm11, ymm1
vsubpd ymm12, ymm12, ymm6
vfmadd231pd ymm12, ymm11, ymm1
vaddpd ymm12, ymm15, ymm12
vmovapd ymm15, [rbx-96]
vmovapd ymm11, [r12+32]
vmovapd ymm1, ymm14
vfmadd231pd ymm1, ymm15, ymm11
vsubpd ymm14, ymm14, ymm1
vfmadd231pd ymm14, ymm15, ymm11
vaddpd ymm14, ymm8, ymm14
vmovapd ymm8, [r13-96]
vmovapd ymm4, [r14+32]
vmovapd ymm3, ymm1
vfmadd231pd ymm3, ymm8, ymm4
vsubpd ymm1, ymm1, ymm3
vfmadd231pd ymm1, ymm8, ymm4
vaddpd ymm1, ymm14, ymm1
vmovapd ymm14, ymm6
vfmadd231pd ymm14, ymm15, ymm0
vsubpd ymm6, ymm6, ymm14
vfmadd231pd ymm6, ymm15, ymm0
vaddpd ymm6, ymm12, ymm6
vmovapd ymm12, ymm14
vfmadd231pd ymm12, ymm8, ymm13
vsubpd ymm14, ymm14, ymm12
vfmadd231pd ymm14, ymm8, ymm13
vaddpd ymm14, ymm6, ymm14
vmovapd ymm6, [rbx-64]
vmovapd ymm13, [r12+0]
vmovapd ymm0, ymm3
vfmadd231pd ymm0, ymm6, ymm13
vsubpd ymm3, ymm3, ymm0
vfmadd231pd ymm3, ymm6, ymm13
vaddpd ymm3, ymm1, ymm3
vmovapd ymm1, [r13-64]
vmovapd ymm8, [r14+0]
vmovapd ymm15, ymm0
vfmadd231pd ymm15, ymm1, ymm8
vsubpd ymm0, ymm0, ymm15
vfmadd231pd ymm0, ymm1, ymm8
vaddpd ymm0, ymm3, ymm0
vmovapd ymm3, ymm12
vfmadd231pd ymm3, ymm6, ymm11
vsubpd ymm12, ymm12, ymm3
vfmadd231pd ymm12, ymm6, ymm11
vaddpd ymm12, ymm14, ymm12
vmovapd ymm14, ymm3
vfmadd231pd ymm14, ymm1, ymm4
vsubpd ymm3, ymm3, ymm14
vfmadd231pd ymm3, ymm1, ymm4
vaddpd ymm3, ymm12, ymm3
vmovapd ymm12, [rbx-32]
vmovapd ymm4, [r12-32]
vmovapd ymm11, ymm15
vfmadd231pd ymm11, ymm12, ymm4
vsubpd ymm15, ymm15, ymm11
vfmadd231pd ymm15, ymm12, ymm4
vaddpd ymm15, ymm0, ymm15
vmovapd ymm0, [r13-32]
vmovapd ymm1, [r14-32]
vmovapd ymm6, ymm11
vfmadd231pd ymm6, ymm0, ymm1
vsubpd ymm11, ymm11, ymm6
vfmadd231pd ymm11, ymm0, ymm1
vaddpd ymm11, ymm15, ymm11
vmovapd ymm15, ymm14
vfmadd231pd ymm15, ymm12, ymm13
vsubpd ymm14, ymm14, ymm15
vfmadd231pd ymm14, ymm12, ymm13
vaddpd ymm14, ymm3, ymm14
vmovapd ymm3, ymm15
vfmadd231pd ymm3, ymm0, ymm8
vsubpd ymm15, ymm15, ymm3
vfmadd231pd ymm15, ymm0, ymm8
vaddpd ymm15, ymm14, ymm15
vmovapd ymm14, [rbx+0]
vmovapd ymm8, [r12-64]
vmovapd ymm13, ymm6
vfmadd231pd ymm13, ymm14, ymm8
vsubpd ymm6, ymm6, ymm13
vfmadd231pd ymm6, ymm14, ymm8
vaddpd ymm6, ymm11, ymm6
vmovapd ymm11, [r13+0]
vmovapd ymm0, [r14-64]
vmovapd ymm12, ymm13
vfmadd231pd ymm12, ymm11, ymm0
vsubpd ymm13, ymm13, ymm12
vfmadd231pd ymm13, ymm11, ymm0
vaddpd ymm13, ymm6, ymm13
vmovapd ymm6, ymm3
vfmadd231pd ymm6, ymm14, ymm4
vsubpd ymm3, ymm3, ymm6
vfmadd231pd ymm3, ymm14, ymm4
vaddpd ymm3, ymm15, ymm3
vmovapd ymm15, ymm6
vfmadd231pd ymm15, ymm11, ymm1
vsubpd ymm6, ymm6, ymm15
vfmadd231pd ymm6, ymm11, ymm1
vaddpd ymm6, ymm3, ymm6
vmovapd ymm3, [rbx+32]
vmovapd ymm1, [r12-96]
vmovapd ymm4, ymm12
vfmadd231pd ymm4, ymm3, ymm1
vsubpd ymm12, ymm12, ymm4
vfmadd231pd ymm12, ymm3, ymm1
vaddpd ymm12, ymm13, ymm12
vmovapd ymm13, [r13+32]
vmovapd ymm11, [r14-96]
vmovapd ymm14, ymm4
vfmadd231pd ymm14, ymm13, ymm11
vsubpd ymm4, ymm4, ymm14
vfmadd231pd ymm4, ymm13, ymm11
vaddpd ymm4, ymm12, ymm4
vmovapd ymm12, ymm15
vfmadd231pd ymm12, ymm3, ymm8
vsubpd ymm15, ymm15, ymm12
vfmadd231pd ymm15, ymm3, ymm8
vaddpd ymm15, ymm6, ymm15
vmovapd ymm6, ymm12
vfmadd231pd ymm6, ymm13, ymm0
vsubpd ymm12, ymm12, ymm6
vfmadd231pd ymm12, ymm13, ymm0
vaddpd ymm12, ymm15, ymm12
vmovapd ymm15, [rbx+64]
vmovapd ymm0, [r12-128]
vmovapd ymm8, ymm14
vfmadd231pd ymm8, ymm15, ymm0
vsubpd ymm14, ymm14, ymm8
vfmadd231pd ymm14, ymm15, ymm0
vaddpd ymm14, ymm4, ymm14
vmovapd ymm4, [r13+64]
vmovapd ymm13, [r14-128]
vmovapd ymm3, ymm8
vfmadd231pd ymm3, ymm4, ymm13
vsubpd ymm8, ymm8, ymm3
vfmadd231pd ymm8, ymm4, ymm13
vaddpd ymm8, ymm14, ymm8
vmovapd ymm14, ymm6
vfmadd231pd ymm14, ymm15, ymm1
vsubpd ymm6, ymm6, ymm14
vfmadd231pd ymm6, ymm15, ymm1
vaddpd ymm6, ymm12, ymm6
vmovapd ymm12, ymm14
vfmadd231pd ymm12, ymm4, ymm11
vsubpd ymm14, ymm14, ymm12
vfmadd231pd ymm14, ymm4, ymm11
vaddpd ymm14, ymm6, ymm14
vmovapd ymm6, [rbx+96]
vmovapd ymm11, ymm12
vfmadd231pd ymm11, ymm0, ymm6
vsubpd ymm12, ymm12, ymm11
vfmadd231pd ymm12, ymm6, ymm0
vaddpd ymm12, ymm14, ymm12
vmovapd ymm14, [r13+96]
vmovapd ymm0, ymm11
vfmadd231pd ymm0, ymm13, ymm14
vsubpd ymm11, ymm11, ymm0
vfmadd231pd ymm11, ymm14, ymm13
vaddpd ymm11, ymm12, ymm11
vmovapd ymm12, [rsi+32]
vmovapd ymm13, ymm3
vfmadd231pd ymm13, ymm10, ymm12
vsubpd ymm3, ymm3, ymm13
vfmadd231pd ymm3, ymm12, ymm10
vaddpd ymm3, ymm8, ymm3
vmovapd ymm8, [r10+96]
vmovapd ymm14, ymm0
vfmadd231pd ymm14, ymm12, ymm8
vsubpd ymm0, ymm0, ymm14
vfmadd231pd ymm0, ymm12, ymm8
vaddpd ymm0, ymm11, ymm0
vmovapd ymm11, [r15+96]
vmovapd ymm12, [r10+32]
vmovapd ymm1, ymm13
vfmadd231pd ymm1, ymm11, ymm12
vsubpd ymm13, ymm13, ymm1
vfmadd231pd ymm13, ymm11, ymm12
vaddpd ymm13, ymm3, ymm13
vmovapd ymm3, ymm14
vfmadd231pd ymm3, ymm11, ymm10
vsubpd ymm14, ymm14, ymm3
vfmadd231pd ymm14, ymm11, ymm10
vaddpd ymm14, ymm0, ymm14
vmovapd ymm0, [rsi+320]
vmovapd ymm11, [r10+0]
vmovapd ymm6, ymm1
vfmadd231pd ymm6, ymm0, ymm11
vsubpd ymm1, ymm1, ymm6
vfmadd231pd ymm1, ymm0, ymm11
vaddpd ymm1, ymm13, ymm1
vmovapd ymm13, ymm3
vfmadd231pd ymm13, ymm0, ymm12
vsubpd ymm3, ymm3, ymm13
vfmadd231pd ymm3, ymm0, ymm12
vaddpd ymm3, ymm14, ymm3
vmovapd ymm14, [rsi+288]
vmovapd ymm0, [r10-32]
vmovapd ymm4, ymm6
vfmadd231pd ymm4, ymm14, ymm0
vsubpd ymm6, ymm6, ymm4
vfmadd231pd ymm6, ymm14, ymm0
vaddpd ymm6, ymm1, ymm6
vmovapd ymm1, ymm13
vfmadd231pd ymm1, ymm14, ymm11
vsubpd ymm13, ymm13, ymm1
vfmadd231pd ymm13, ymm14, ymm11
vaddpd ymm13, ymm3, ymm13
vmovapd ymm3, [r11-64]
vfmadd231pd ymm7, ymm5, ymm3
vmovapd ymm5, [r11-32]
vmovapd ymm14, [r11-128]
vfmadd231pd ymm14, ymm7, ymm5
vmovapd ymm15, [r11-128]
vsubpd ymm14, ymm14, ymm15
vfmsub231pd ymm14, ymm7, ymm5
vsubpd ymm2, ymm2, ymm15
vmovapd ymm11, [r10-128]
vfmadd231pd ymm7, ymm14, ymm11
vaddpd ymm7, ymm2, ymm7
vmovapd ymm2, [r10-64]
vmovapd [rsi+32], ymm7
vmovapd ymm7, ymm4
vfmadd231pd ymm7, ymm9, ymm2
vsubpd ymm4, ymm4, ymm7
vfmadd231pd ymm4, ymm9, ymm2
vaddpd ymm4, ymm6, ymm4
vmovapd ymm6, ymm1
vfmadd231pd ymm6, ymm9, ymm0
vsubpd ymm1, ymm1, ymm6
vfmadd231pd ymm1, ymm9, ymm0
vaddpd ymm1, ymm13, ymm1
vmovapd ymm13, [r10-96]
vmovapd [rsi+448], ymm9
vmovapd ymm9, ymm7
vfmadd231pd ymm9, ymm14, ymm13
vsubpd ymm7, ymm7, ymm9
vfmadd231pd ymm7, ymm14, ymm13
vaddpd ymm7, ymm4, ymm7
vmovapd ymm4, ymm6
vfmadd231pd ymm4, ymm14, ymm2
vsubpd ymm6, ymm6, ymm4
vfmadd231pd ymm6, ymm14, ymm2
vaddpd ymm6, ymm1, ymm6
vmovapd ymm1, [rsi+352]
vfmadd231pd ymm1, ymm3, [rax-128]
vmovapd [rsi+352], ymm14
vmovapd ymm14, ymm15
vfmadd231pd ymm14, ymm1, ymm5
vsubpd ymm14, ymm14, ymm15
vfmsub231pd ymm14, ymm1, ymm5
vmovapd ymm2, [rsi-64]
vsubpd ymm2, ymm2, ymm15
vfmadd231pd ymm1, ymm14, ymm11
vaddpd ymm1, ymm2, ymm1
vmovapd ymm2, [rsi-96]
vfmadd231pd ymm2, ymm14, ymm13
vmovapd ymm11, [rsi-96]
vsubpd ymm11, ymm11, ymm2
vfmadd231pd ymm11, ymm14, ymm13
vaddpd ymm11, ymm11, [rsi-128]
vmovapd ymm13, [rdx-96]
vmovapd ymm5, [rcx+96]
vmovapd ymm3, ymm15
vfmadd231pd ymm3, ymm13, ymm5
vmovapd [rsi-128], ymm6
vsubpd ymm6, ymm3, ymm15
vfmsub231pd ymm6, ymm13, ymm5
vmovapd ymm13, [r8-96]
vmovapd ymm0, [r9+96]
vmovapd [rsi-96], ymm4
vmovapd ymm4, ymm3
vfmadd231pd ymm4, ymm13, ymm0
vsubpd ymm3, ymm3, ymm4
vfmadd231pd ymm3, ymm13, ymm0
vaddpd ymm3, ymm6, ymm3
vmovapd ymm6, [rdx-64]
vmovapd ymm13, [rcx+64]
vmovapd [rsi-64], ymm9
vmovapd ymm9, ymm4
vfmadd231pd ymm9, ymm6, ymm13
vsubpd ymm4, ymm4, ymm9
vfmadd231pd ymm4, ymm6, ymm13
vaddpd ymm4, ymm3, ymm4
vmovapd ymm3, [r8-64]
vmovapd [rax-128], ymm7
vmovapd ymm7, [r9+64]
vmovapd ymm12, ymm9
vfmadd231pd ymm12, ymm3, ymm7
vsubpd ymm9, ymm9, ymm12
vfmadd231pd ymm9, ymm3, ymm7
vaddpd ymm9, ymm4, ymm9
vmovapd ymm4, ymm15
vfmadd231pd ymm4, ymm6, ymm5
vsubpd ymm10, ymm4, ymm15
vfmsub231pd ymm10, ymm6, ymm5
vmovapd ymm5, ymm4
vfmadd231pd ymm5, ymm3, ymm0
vsubpd ymm4, ymm4, ymm5
vfmadd231pd ymm4, ymm3, ymm0
vaddpd ymm4, ymm10, ymm4
vmovapd ymm10, [rdx-32]
vmovapd ymm0, [rcx+32]
vmovapd ymm3, ymm12
vfmadd231pd ymm3, ymm10, ymm0
vsubpd ymm12, ymm12, ymm3
vfmadd231pd ymm12, ymm10, ymm0
vaddpd ymm12, ymm9, ymm12
vmovapd ymm9, [r8-32]
vmovapd ymm6, [r9+32]
vmovapd ymm15, ymm3
vfmadd231pd ymm15, ymm9, ymm6
vsubpd ymm3, ymm3, ymm15
vfmadd231pd ymm3, ymm9, ymm6
vaddpd ymm3, ymm12, ymm3
vmovapd ymm12, ymm5
vfmadd231pd ymm12, ymm10, ymm13
vsubpd ymm5, ymm5, ymm12
vfmadd231pd ymm5, ymm10, ymm13
vaddpd ymm5, ymm4, ymm5
vmovapd ymm4, ymm12
vfmadd231pd ymm4, ymm9, ymm7
vsubpd ymm12, ymm12, ymm4
vfmadd231pd ymm12, ymm9, ymm7
vaddpd ymm12, ymm5, ymm12
vmovapd ymm5, [rdx+0]
vmovapd ymm7, [rcx+0]
vmovapd ymm9, ymm15
vfmadd231pd ymm9, ymm5, ymm7
vsubpd ymm15, ymm15, ymm9
vfmadd231pd ymm15, ymm5, ymm7
vaddpd ymm15, ymm3, ymm15
vmovapd ymm3, [r8+0]
vmovapd ymm13, [r9+0]
vmovapd ymm10, ymm9
vfmadd231pd ymm10, ymm3, ymm13
vsubpd ymm9, ymm9, ymm10
vfmadd231pd ymm9, ymm3, ymm13
vaddpd ymm9, ymm15, ymm9
vmovapd ymm15, ymm4
vfmadd231pd ymm15, ymm5, ymm0
vsubpd ymm4, ymm4, ymm15
vfmadd231pd ymm4, ymm5, ymm0
vaddpd ymm4, ymm12, ymm4
vmovapd ymm12, ymm15
vfmadd231pd ymm12, ymm3, ymm6
vsubpd ymm15, ymm15, ymm12
vfmadd231pd ymm15, ymm3, ymm6
vaddpd ymm15, ymm4, ymm15
vmovapd ymm4, [rdx+32]
vmovapd ymm6, [rcx-32]
vmovapd ymm3, ymm10
vfmadd231pd ymm3, ymm4, ymm6
vsubpd ymm10, ymm10, ymm3
vfmadd231pd ymm10, ymm4, ymm6
vaddpd ymm10, ymm9, ymm10
vmovapd ymm9, [r8+32]
vmovapd ymm0, [r9-32]
vmovapd ymm5, ymm3
vfmadd231pd ymm5, ymm9, ymm0
vsubpd ymm3, ymm3, ymm5
vfmadd231pd ymm3, ymm9, ymm0
vaddpd ymm3, ymm10, ymm3
vmovapd ymm10, ymm12
vfmadd231pd ymm10, ymm4, ymm7
vsubpd ymm12, ymm12, ymm10
vfmadd231pd ymm12, ymm4, ymm7
vaddpd ymm12, ymm15, ymm12
vmovapd ymm15, ymm10
vfmadd231pd ymm15, ymm9, ymm13
vsubpd ymm10, ymm10, ymm15
vfmadd231pd ymm10, ymm9, ymm13
vaddpd ymm10, ymm12, ymm10
vmovapd ymm12, [rdx+64]
vmovapd ymm13, [rcx-64]
vmovapd ymm9, ymm5
vfmadd231pd ymm9, ymm12, ymm13
vsubpd ymm5, ymm5, ymm9
vfmadd231pd ymm5, ymm12, ymm13
vaddpd ymm5, ymm3, ymm5
vmovapd ymm3, [r8+64]
vmovapd ymm7, [r9-64]
vmovapd ymm4, ymm9
vfmadd231pd ymm4, ymm3, ymm7
vsubpd ymm9, ymm9, ymm4
vfmadd231pd ymm9, ymm3, ymm7
vaddpd ymm9, ymm5, ymm9
vmovapd ymm5, ymm15
vfmadd231pd ymm5, ymm12, ymm6
vsubpd ymm15, ymm15, ymm5
vfmadd231pd ymm15, ymm12, ymm6
vaddpd ymm15, ymm10, ymm15
vmovapd ymm10, ymm5
vfmadd231pd ymm10, ymm3, ymm0
vsubpd ymm5, ymm5, ymm10
vfmadd231pd ymm5, ymm3, ymm0
vaddpd ymm5, ymm15, ymm5
vmovapd ymm15, [rdx+96]
vmovapd ymm0, [rcx-96]
vmovapd ymm3, ymm4
vfmadd231pd ymm3, ymm15, ymm0
vsubpd ymm4, ymm4, ymm3
vfmadd231pd ymm4, ymm15, ymm0
vaddpd ymm4, ymm9, ymm4
vmovapd ymm9, [r8+96]
vmovapd ymm0, [r9-96]
vmovapd ymm6, ymm3
vfmadd231pd ymm6, ymm9, ymm0
vsubpd ymm3, ymm3, ymm6
vfmadd231pd ymm3, ymm9, ymm0
vaddpd ymm3, ymm4, ymm3
vmovapd ymm4, ymm10
vfmadd231pd ymm4, ymm15, ymm13
vsubpd ymm10, ymm10, ymm4
vfmadd231pd ymm10, ymm15, ymm13
vaddpd ymm10, ymm5, ymm10
vmovapd ymm5, ymm4
vfmadd231pd ymm5, ymm9, ymm7
vsubpd ymm4, ymm4, ymm5
vfmadd231pd ymm4, ymm9, ymm7
vaddpd ymm4, ymm10, ymm4
vmovapd ymm10, [rax-96]
vmovapd ymm7, ymm6
vfmadd231pd ymm7, ymm8, ymm10
vsubpd ymm6, ymm6, ymm7
vfmadd231pd ymm6, ymm10, ymm8
vaddpd ymm6, ymm3, ymm6
vmovapd ymm3, [rax+0]
vmovapd ymm10, [r10+64]
vmovapd ymm9, ymm7
vfmadd231pd ymm9, ymm3, ymm10
vsubpd ymm7, ymm7, ymm9
vfmadd231pd ymm7, ymm3, ymm10
vaddpd ymm7, ymm6, ymm7
vmovapd ymm6, ymm5
vfmadd231pd ymm6, ymm3, ymm8
vsubpd ymm5, ymm5, ymm6
vfmadd231pd ymm5, ymm3, ymm8
vaddpd ymm5, ymm4, ymm5
vmovapd ymm4, [rsi+64]
vmovapd ymm3, [r10+32]
vmovapd ymm13, ymm9
vfmadd231pd ymm13, ymm4, ymm3
vsubpd ymm9, ymm9, ymm13
vfmadd231pd ymm9, ymm4, ymm3
vaddpd ymm9, ymm7, ymm9
vmovapd ymm7, ymm6
vfmadd231pd ymm7, ymm4, ymm10
vsubpd ymm6, ymm6, ymm7
vfmadd231pd ymm6, ymm4, ymm10
vaddpd ymm6, ymm5, ymm6
vmovapd ymm5, [rsi+416]
vmovapd ymm15, [r10+0]
vmovapd ymm0, ymm13
vfmadd231pd ymm0, ymm5, ymm15
vsubpd ymm13, ymm13, ymm0
vfmadd231pd ymm13, ymm5, ymm15
vaddpd ymm13, ymm9, ymm13
vmovapd ymm9, ymm7
vfmadd231pd ymm9, ymm5, ymm3
vsubpd ymm7, ymm7, ymm9
vfmadd231pd ymm7, ymm5, ymm3
vaddpd ymm7, ymm6, ymm7
vmovapd ymm6, [rsi+384]
vmovapd ymm12, [r10-32]
vmovapd ymm5, ymm0
vfmadd231pd ymm5, ymm6, ymm12
vsubpd ymm0, ymm0, ymm5
vfmadd231pd ymm0, ymm6, ymm12
vaddpd ymm0, ymm13, ymm0
vmovapd ymm13, ymm9
vfmadd231pd ymm13, ymm6, ymm15
vsubpd ymm9, ymm9, ymm13
vfmadd231pd ymm9, ymm6, ymm15
vaddpd ymm9, ymm7, ymm9
vmovapd ymm7, [r11-64]
vfmadd231pd ymm11, ymm1, ymm7
vmovapd ymm1, [r11-32]
vmovapd ymm6, [r11-128]
vfmadd231pd ymm6, ymm11, ymm1
vmovapd ymm4, [r11-128]
vsubpd ymm6, ymm6, ymm4
vfmsub231pd ymm6, ymm11, ymm1
vsubpd ymm2, ymm2, ymm4
vmovapd ymm15, [r10-128]
vfmadd231pd ymm11, ymm6, ymm15
vaddpd ymm11, ymm2, ymm11
vmovapd ymm2, [r10-64]
vmovapd [rax+0], ymm11
vmovapd ymm11, ymm5
vfmadd231pd ymm11, ymm14, ymm2
vsubpd ymm5, ymm5, ymm11
vfmadd231pd ymm5, ymm14, ymm2
vaddpd ymm5, ymm0, ymm5
vmovapd ymm0, ymm13
vfmadd231pd ymm0, ymm14, ymm12
vsubpd ymm13, ymm13, ymm0
vfmadd231pd ymm13, ymm14, ymm12
vaddpd ymm13, ymm9, ymm13
vmovapd ymm9, [r10-96]
vmovapd [rax-96], ymm14
vmovapd ymm14, ymm11
vfmadd231pd ymm14, ymm6, ymm9
vsubpd ymm11, ymm11, ymm14
vfmadd231pd ymm11, ymm6, ymm9
vaddpd ymm11, ymm5, ymm11
vmovapd ymm5, ymm0
vfmadd231pd ymm5, ymm6, ymm2
vsubpd ymm0, ymm0, ymm5
vfmadd231pd ymm0, ymm6, ymm2
vaddpd ymm0, ymm13, ymm0
vmovapd ymm13, [rax-128]
vfmadd231pd ymm13, ymm7, [rsi+32]
vmovapd [rax-128], ymm6
vmovapd ymm6, ymm4
vfmadd231pd ymm6, ymm13, ymm1
vsubpd ymm6, ymm6, ymm4
vfmsub231pd ymm6, ymm13, ymm1
vmovapd ymm2, [rsi-64]
vsubpd ymm2, ymm2, ymm4
vfmadd231pd ymm13, ymm6, ymm15
vaddpd ymm13, ymm2, ymm13
vmovapd ymm2, [rsi-96]
vfmadd231pd ymm2, ymm6, ymm9
vmovapd ymm15, [rsi-96]
vsubpd ymm15, ymm15, ymm2
vfmadd231pd ymm15, ymm6, ymm9
vaddpd ymm15, ymm15, [rsi-128]
vmovapd ymm9, [rbx-96]
vmovapd ymm1, [r12+96]
vmovapd ymm7, ymm4
vfmadd231pd ymm7, ymm9, ymm1
vsubpd ymm12, ymm7, ymm4
vfmsub231pd ymm12, ymm9, ymm1
vmovapd ymm9, [r13-96]
vmovapd [rsi-128], ymm5
vmovapd ymm5, [r14+96]
vmovapd [rsi-96], ymm0
vmovapd ymm0, ymm7
vfmadd231pd ymm0, ymm9, ymm5
vsubpd ymm7, ymm7, ymm0
vfmadd231pd ymm7, ymm9, ymm5
vaddpd ymm7, ymm12, ymm7
vmovapd ymm12, [rbx-64]
vmovapd ymm9, [r12+64]
vmovapd [rsi-64], ymm14
vmovapd ymm14, ymm0
vfmadd231pd ymm14, ymm12, ymm9
vsubpd ymm0, ymm0, ymm14
vfmadd231pd ymm0, ymm12, ymm9
vaddpd ymm0, ymm7, ymm0
vmovapd ymm7, [r13-64]
vmovapd [rsi+32], ymm11
vmovapd ymm11, [r14+64]
vmovapd ymm3, ymm14
vfmadd231pd ymm3, ymm7, ymm11
vsubpd ymm14, ymm14, ymm3
vfmadd231pd ymm14, ymm7, ymm11
vaddpd ymm14, ymm0, ymm14
vmovapd ymm0, ymm4
vfmadd231pd ymm0, ymm12, ymm1
vsubpd ymm10, ymm0, ymm4
vfmsub231pd ymm10, ymm12, ymm1
vmovapd ymm1, ymm0
vfmadd231pd ymm1, ymm7, ymm5
vsubpd ymm0, ymm0, ymm1
vfmadd231pd ymm0, ymm7, ymm5
vaddpd ymm0, ymm10, ymm0
vmovapd ymm10, [rbx-32]
vmovapd ymm5, [r12+32]
vmovapd ymm7, ymm3
vfmadd231pd ymm7, ymm10, ymm5
vsubpd ymm3, ymm3, ymm7
vfmadd231pd ymm3, ymm10, ymm5
vaddpd ymm3, ymm14, ymm3
vmovapd ymm14, [r13-32]
vmovapd ymm12, [r14+32]
vmovapd ymm4, ymm7
vfmadd231pd ymm4, ymm14, ymm12
vsubpd ymm7, ymm7, ymm4
vfmadd231pd ymm7, ymm14, ymm12
vaddpd ymm7, ymm3, ymm7
vmovapd ymm3, ymm1
vfmadd231pd ymm3, ymm10, ymm9
vsubpd ymm1, ymm1, ymm3
vfmadd231pd ymm1, ymm10, ymm9
vaddpd ymm1, ymm0, ymm1
vmovapd ymm0, ymm3
vfmadd231pd ymm0, ymm14, ymm11
vsubpd ymm3, ymm3, ymm0
vfmadd231pd ymm3, ymm14, ymm11
vaddpd ymm3, ymm1, ymm3
vmovapd ymm1, [rbx+0]
vmovapd ymm11, [r12+0]
vmovapd ymm14, ymm4
vfmadd231pd ymm14, ymm1, ymm11
vsubpd ymm4, ymm4, ymm14
vfmadd231pd ymm4, ymm1, ymm11
vaddpd ymm4, ymm7, ymm4
vmovapd ymm7, [r13+0]
vmovapd ymm9, [r14+0]
vmovapd ymm10, ymm14
vfmadd231pd ymm10, ymm7, ymm9
vsubpd ymm14, ymm14, ymm10
vfmadd231pd ymm14, ymm7, ymm9
vaddpd ymm14, ymm4, ymm14
vmovapd ymm4, ymm0
vfmadd231pd ymm4, ymm1, ymm5
vsubpd ymm0, ymm0, ymm4
vfmadd231pd ymm0, ymm1, ymm5
vaddpd ymm0, ymm3, ymm0
vmovapd ymm3, ymm4
vfmadd231pd ymm3, ymm7, ymm12
vsubpd ymm4, ymm4, ymm3
vfmadd231pd ymm4, ymm7, ymm12
vaddpd ymm4, ymm0, ymm4
vmovapd ymm0, [rbx+32]
vmovapd ymm12, [r12-32]
vmovapd ymm7, ymm10
vfmadd231pd ymm7, ymm0, ymm12
vsubpd ymm10, ymm10, ymm7
vfmadd231pd ymm10, ymm0, ymm12
vaddpd ymm10, ymm14, ymm10
vmovapd ymm14, [r13+32]
vmovapd ymm5, [r14-32]
vmovapd ymm1, ymm7
vfmadd231pd ymm1, ymm14, ymm5
vsubpd ymm7, ymm7, ymm1
vfmadd231pd ymm7, ymm14, ymm5
vaddpd ymm7, ymm10, ymm7
vmovapd ymm10, ymm3
vfmadd231pd ymm10, ymm0, ymm11
vsubpd ymm3, ymm3, ymm10
vfmadd231pd ymm3, ymm0, ymm11
vaddpd ymm3, ymm4, ymm3
vmovapd ymm4, ymm10
vfmadd231pd ymm4, ymm14, ymm9
vsubpd ymm10, ymm10, ymm4
vfmadd231pd ymm10, ymm14, ymm9
vaddpd ymm10, ymm3, ymm10
vmovapd ymm3, [rbx+64]
vmovapd ymm9, [r12-64]
vmovapd ymm14, ymm1
vfmadd231pd ymm14, ymm3, ymm9
vsubpd ymm1, ymm1, ymm14
vfmadd231pd ymm1, ymm3, ymm9
vaddpd ymm1, ymm7, ymm1
vmovapd ymm7, [r13+64]
vmovapd ymm11, [r14-64]
vmovapd ymm0, ymm14
vfmadd231pd ymm0, ymm7, ymm11
vsubpd ymm14, ymm14, ymm0
vfmadd231pd ymm14, ymm7, ymm11
vaddpd ymm14, ymm1, ymm14
vmovapd ymm1, ymm4
vfmadd231pd ymm1, ymm3, ymm12
vsubpd ymm4, ymm4, ymm1
vfmadd231pd ymm4, ymm3, ymm12
vaddpd ymm4, ymm10, ymm4
vmovapd ymm10, ymm1
vfmadd231pd ymm10, ymm7, ymm5
vsubpd ymm1, ymm1, ymm10
vfmadd231pd ymm1, ymm7, ymm5
vaddpd ymm1, ymm4, ymm1
vmovapd ymm4, [rbx+96]
vmovapd ymm5, [r12-96]
vmovapd ymm7, ymm0
vfmadd231pd ymm7, ymm4, ymm5
vsubpd ymm0, ymm0, ymm7
vfmadd231pd ymm0, ymm4, ymm5
vaddpd ymm0, ymm14, ymm0
vmovapd ymm14, [r13+96]
vmovapd ymm5, [r14-96]
vmovapd ymm12, ymm7
vfmadd231pd ymm12, ymm14, ymm5
vsubpd ymm7, ymm7, ymm12
vfmadd231pd ymm7, ymm14, ymm5
vaddpd ymm7, ymm0, ymm7
vmovapd ymm0, ymm10
vfmadd231pd ymm0, ymm4, ymm9
vsubpd ymm10, ymm10, ymm0
vfmadd231pd ymm10, ymm4, ymm9
vaddpd ymm10, ymm1, ymm10
vmovapd ymm1, ymm0
vfmadd231pd ymm1, ymm14, ymm11
vsubpd ymm0, ymm0, ymm1
vfmadd231pd ymm0, ymm14, ymm11
vaddpd ymm0, ymm10, ymm0
vmovapd ymm10, [r15+96]
vmovapd ymm11, ymm12
vfmadd231pd ymm11, ymm8, ymm10
vsubpd ymm12, ymm12, ymm11
vfmadd231pd ymm12, ymm10, ymm8
vaddpd ymm12, ymm7, ymm12
vmovapd ymm7, [rsi+320]
vmovapd ymm10, [r10+64]
vmovapd ymm14, ymm11
vfmadd231pd ymm14, ymm7, ymm10
vsubpd ymm11, ymm11, ymm14
vfmadd231pd ymm11, ymm7, ymm10
vaddpd ymm11, ymm12, ymm11
vmovapd ymm12, ymm1
vfmadd231pd ymm12, ymm7, ymm8
vsubpd ymm1, ymm1, ymm12
vfmadd231pd ymm1, ymm7, ymm8
vaddpd ymm1, ymm0, ymm1
vmovapd ymm0, [rsi+288]
vmovapd ymm7, [r10+32]
vmovapd ymm9, ymm14
vfmadd231pd ymm9, ymm0, ymm7
vsubpd ymm14, ymm14, ymm9
vfmadd231pd ymm14, ymm0, ymm7
vaddpd ymm14, ymm11, ymm14
vmovapd ymm11, ymm12
vfmadd231pd ymm11, ymm0, ymm10
vsubpd ymm12, ymm12, ymm11
vfmadd231pd ymm12, ymm0, ymm10
vaddpd ymm12, ymm1, ymm12
vmovapd ymm1, [rsi+448]
vmovapd ymm4, [r10+0]
vmovapd ymm5, ymm9
vfmadd231pd ymm5, ymm1, ymm4
vsubpd ymm9, ymm9, ymm5
vfmadd231pd ymm9, ymm1, ymm4
vaddpd ymm9, ymm14, ymm9
vmovapd ymm14, ymm11
vfmadd231pd ymm14, ymm1, ymm7
vsubpd ymm11, ymm11, ymm14
vfmadd231pd ymm11, ymm1, ymm7
vaddpd ymm11, ymm12, ymm11
vmovapd ymm12, [rsi+352]
vmovapd ymm3, [r10-32]
vmovapd ymm1, ymm5
vfmadd231pd ymm1, ymm12, ymm3
vsubpd ymm5, ymm5, ymm1
vfmadd231pd ymm5, ymm12, ymm3
vaddpd ymm5, ymm9, ymm5
vmovapd ymm9, ymm14
vfmadd231pd ymm9, ymm12, ymm4
vsubpd ymm14, ymm14, ymm9
vfmadd231pd ymm14, ymm12, ymm4
vaddpd ymm14, ymm11, ymm14
vmovapd ymm11, [r11-64]
vfmadd231pd ymm15, ymm13, ymm11
vmovapd ymm13, [r11-32]
vmovapd ymm12, [r11-128]
vfmadd231pd ymm12, ymm15, ymm13
vmovapd ymm0, [r11-128]
vsubpd ymm12, ymm12, ymm0
vfmsub231pd ymm12, ymm15, ymm13
vsubpd ymm0, ymm2, ymm0
vfmadd231pd ymm15, ymm12, [r10-128]
vaddpd ymm15, ymm0, ymm15
vmovapd ymm0, [r10-64]
vmovapd ymm2, ymm1
vfmadd231pd ymm2, ymm6, ymm0
vsubpd ymm1, ymm1, ymm2
vfmadd231pd ymm1, ymm6, ymm0
vaddpd ymm1, ymm5, ymm1
vmovapd ymm5, ymm9
vfmadd231pd ymm5, ymm6, ymm3
vsubpd ymm9, ymm9, ymm5
vfmadd231pd ymm9, ymm6, ymm3
vaddpd ymm9, ymm14, ymm9
vmovapd ymm14, [r10-96]
vmovapd ymm13, ymm2
vfmadd231pd ymm13, ymm12, ymm14
vsubpd ymm2, ymm2, ymm13
vfmadd231pd ymm2, ymm12, ymm14
vaddpd ymm2, ymm1, ymm2
vmovapd ymm1, ymm5
vfmadd231pd ymm1, ymm12, ymm0
vsubpd ymm5, ymm5, ymm1
vfmadd231pd ymm5, ymm12, ymm0
vaddpd ymm5, ymm9, ymm5
vmovapd ymm9, [rsi+32]
vfmadd231pd ymm9, ymm11, [rax+0]
vaddpd ymm9, ymm9, [rdi+0]
vmovapd ymm0, [rsi-64]
vaddpd ymm14, ymm9, ymm0
vsubpd ymm0, ymm0, ymm14
vaddpd ymm0, ymm9, ymm0
vmovapd [rdi+0], ymm0
vmovapd ymm0, [rdi+32]
vmovapd ymm9, [r11-96]
vaddpd ymm0, ymm0, ymm9
vfmadd231pd ymm0, ymm14, ymm11
vaddpd ymm0, ymm0, [rsi-96]
vmovapd ymm14, [rsi-128]
vaddpd ymm9, ymm0, ymm14
vsubpd ymm14, ymm14, ymm9
vaddpd ymm14, ymm0, ymm14
vmovapd [rdi+32], ymm14
vmovapd ymm14, [rsi+64]
vmovapd ymm0, [r15-128]
vfmadd231pd ymm0, ymm8, ymm14
vmovapd [rsi-128], ymm9
vmovapd ymm9, [r15-128]
vsubpd ymm9, ymm9, ymm0
vfmadd231pd ymm9, ymm14, ymm8
vaddpd ymm9, ymm9, [rax+96]
vmovapd ymm14, [rsi+416]
vmovapd [rax+96], ymm12
vmovapd ymm12, ymm0
vfmadd231pd ymm12, ymm10, ymm14
vsubpd ymm0, ymm0, ymm12
vfmadd231pd ymm0, ymm14, ymm10
vaddpd ymm0, ymm9, ymm0
vmovapd ymm9, [rax+64]
vfmadd231pd ymm9, ymm14, ymm8
vmovapd ymm11, [rax+64]
vsubpd ymm11, ymm11, ymm9
vfmadd231pd ymm11, ymm14, ymm8
vaddpd ymm11, ymm11, [rax+32]
vmovapd ymm14, [rsi+384]
vmovapd ymm8, ymm12
vfmadd231pd ymm8, ymm7, ymm14
vsubpd ymm12, ymm12, ymm8
vfmadd231pd ymm12, ymm14, ymm7
vaddpd ymm12, ymm0, ymm12
vmovapd ymm0, ymm9
vfmadd231pd ymm0, ymm14, ymm10
vsubpd ymm9, ymm9, ymm0
vfmadd231pd ymm9, ymm14, ymm10
vaddpd ymm9, ymm11, ymm9
vmovapd ymm11, [rax-96]
vmovapd ymm14, ymm8
vfmadd231pd ymm14, ymm4, ymm11
vsubpd ymm8, ymm8, ymm14
vfmadd231pd ymm8, ymm11, ymm4
vaddpd ymm8, ymm12, ymm8
vmovapd ymm12, ymm0
vfmadd231pd ymm12, ymm11, ymm7
vsubpd ymm0, ymm0, ymm12
vfmadd231pd ymm0, ymm11, ymm7
vaddpd ymm0, ymm9, ymm0
vmovapd ymm9, [rax-128]
vmovapd ymm11, ymm14
vfmadd231pd ymm11, ymm3, ymm9
vsubpd ymm14, ymm14, ymm11
vfmadd231pd ymm14, ymm9, ymm3
vaddpd ymm14, ymm8, ymm14
vmovapd ymm8, ymm12
vfmadd231pd ymm8, ymm9, ymm4
vsubpd ymm12, ymm12, ymm8
vfmadd231pd ymm12, ymm9, ymm4
vaddpd ymm12, ymm0, ymm12
vmovapd ymm0, [r11-64]
vfmadd231pd ymm2, ymm15, ymm0
vaddpd ymm2, ymm2, [rdi+256]
vaddpd ymm15, ymm13, ymm2
vsubpd ymm13, ymm13, ymm15
vaddpd ymm13, ymm2, ymm13
vmovapd [rdi+256], ymm13
vmovapd ymm13, [rdi+288]
vmovapd ymm2, [r11-96]
vaddpd ymm13, ymm13, ymm2
vfmadd231pd ymm13, ymm15, ymm0
vaddpd ymm5, ymm13, ymm5
vaddpd ymm13, ymm1, ymm5
vsubpd ymm1, ymm1, ymm13
vaddpd ymm1, ymm5, ymm1
vmovapd [rdi+288], ymm1
vmovapd ymm1, [rsi+288]
vmovapd ymm5, [r10+96]
vmovapd ymm15, [rsi+0]
vfmadd231pd ymm15, ymm1, ymm5
vmovapd ymm9, [rsi+0]
vsubpd ymm9, ymm9, ymm15
vfmadd231pd ymm9, ymm1, ymm5
vaddpd ymm9, ymm9, [rax-32]
vmovapd ymm1, [rsi+448]
vmovapd ymm0, ymm15
vfmadd231pd ymm0, ymm10, ymm1
vsubpd ymm15, ymm15, ymm0
vfmadd231pd ymm15, ymm1, ymm10
vaddpd ymm15, ymm9, ymm15
vmovapd ymm9, [rax-64]
vfmadd231pd ymm9, ymm1, ymm5
vmovapd ymm2, [rax-64]
vsubpd ymm2, ymm2, ymm9
vfmadd231pd ymm2, ymm1, ymm5
vaddpd ymm2, ymm2, [rsi-32]
vmovapd ymm1, [rsi+352]
vmovapd ymm5, ymm0
vfmadd231pd ymm5, ymm7, ymm1
vsubpd ymm0, ymm0, ymm5
vfmadd231pd ymm0, ymm1, ymm7
vaddpd ymm0, ymm15, ymm0
vmovapd ymm15, ymm9
vfmadd231pd ymm15, ymm1, ymm10
vsubpd ymm9, ymm9, ymm15
vfmadd231pd ymm9, ymm1, ymm10
vaddpd ymm9, ymm2, ymm9
vmovapd ymm2, ymm5
vfmadd231pd ymm2, ymm6, ymm4
vsubpd ymm5, ymm5, ymm2
vfmadd231pd ymm5, ymm6, ymm4
vaddpd ymm5, ymm0, ymm5
vmovapd ymm0, ymm15
vfmadd231pd ymm0, ymm6, ymm7
vsubpd ymm15, ymm15, ymm0
vfmadd231pd ymm15, ymm6, ymm7
vaddpd ymm15, ymm9, ymm15
vmovapd ymm9, [rax+96]
vmovapd ymm1, ymm2
vfmadd231pd ymm1, ymm3, ymm9
vsubpd ymm2, ymm2, ymm1
vfmadd231pd ymm2, ymm9, ymm3
vaddpd ymm2, ymm5, ymm2
vmovapd ymm5, ymm0
vfmadd231pd ymm5, ymm9, ymm4
vsubpd ymm0, ymm0, ymm5
vfmadd231pd ymm0, ymm9, ymm4
vaddpd ymm0, ymm15, ymm0
vmovapd ymm15, [rdi+64]
vmovapd ymm4, [r11-96]
vaddpd ymm15, ymm15, ymm4
vmovapd ymm3, [rsi-128]
vmovapd ymm9, [r11-64]
vfmadd231pd ymm15, ymm3, ymm9
vaddpd ymm14, ymm15, ymm14
vaddpd ymm15, ymm11, ymm14
vsubpd ymm11, ymm11, ymm15
vaddpd ymm11, ymm14, ymm11
vmovapd [rdi+64], ymm11
vaddpd ymm11, ymm4, [rdi+96]
vfmadd231pd ymm11, ymm15, ymm9
vaddpd ymm12, ymm11, ymm12
vaddpd ymm11, ymm8, ymm12
vsubpd ymm8, ymm8, ymm11
vaddpd ymm8, ymm12, ymm8
vmovapd [rdi+96], ymm8
vmovapd ymm8, [rsi+384]
vmovapd ymm12, [r10+96]
vmovapd ymm15, [r15-64]
vfmadd231pd ymm15, ymm8, ymm12
vmovapd ymm14, [r15-64]
vsubpd ymm14, ymm14, ymm15
vfmadd231pd ymm14, ymm8, ymm12
vaddpd ymm14, ymm14, [r15-96]
vmovapd ymm8, [rax-96]
vmovapd ymm3, ymm15
vfmadd231pd ymm3, ymm10, ymm8
vsubpd ymm15, ymm15, ymm3
vfmadd231pd ymm15, ymm8, ymm10
vaddpd ymm15, ymm14, ymm15
vmovapd ymm14, [r15+0]
vfmadd231pd ymm14, ymm8, ymm12
vmovapd ymm9, [r15+0]
vsubpd ymm9, ymm9, ymm14
vfmadd231pd ymm9, ymm8, ymm12
vaddpd ymm9, ymm9, [r15-32]
vmovapd ymm8, [rax-128]
vmovapd ymm12, ymm3
vfmadd231pd ymm12, ymm7, ymm8
vsubpd ymm3, ymm3, ymm12
vfmadd231pd ymm3, ymm8, ymm7
vaddpd ymm3, ymm15, ymm3
vmovapd ymm15, ymm14
vfmadd231pd ymm15, ymm8, ymm10
vsubpd ymm14, ymm14, ymm15
vfmadd231pd ymm14, ymm8, ymm10
vaddpd ymm14, ymm9, ymm14
vaddpd ymm9, ymm4, [rdi+320]
vmovapd ymm8, [r11-64]
vfmadd231pd ymm9, ymm13, ymm8
vaddpd ymm2, ymm9, ymm2
vaddpd ymm9, ymm1, ymm2
vsubpd ymm1, ymm1, ymm9
vaddpd ymm1, ymm2, ymm1
vmovapd [rdi+320], ymm1
vaddpd ymm1, ymm4, [rdi+352]
vfmadd231pd ymm1, ymm9, ymm8
vaddpd ymm0, ymm1, ymm0
vaddpd ymm1, ymm5, ymm0
vsubpd ymm5, ymm5, ymm1
vaddpd ymm5, ymm0, ymm5
vmovapd [rdi+352], ymm5
vmovapd ymm5, [rsi+352]
vmovapd ymm0, [r10+96]
vmovapd ymm9, [rsi+192]
vfmadd231pd ymm9, ymm5, ymm0
vmovapd ymm2, [rsi+192]
vsubpd ymm2, ymm2, ymm9
vfmadd231pd ymm2, ymm5, ymm0
vaddpd ymm2, ymm2, [rsi+160]
vmovapd ymm5, ymm9
vfmadd231pd ymm5, ymm6, ymm10
vsubpd ymm9, ymm9, ymm5
vfmadd231pd ymm9, ymm6, ymm10
vaddpd ymm9, ymm2, ymm9
vmovapd ymm2, [rsi+128]
vfmadd231pd ymm2, ymm6, ymm0
vmovapd ymm13, [rsi+128]
vsubpd ymm13, ymm13, ymm2
vfmadd231pd ymm13, ymm6, ymm0
vaddpd ymm13, ymm13, [rsi+96]
vmovapd ymm6, [rax+96]
vmovapd ymm0, ymm5
vfmadd231pd ymm0, ymm7, ymm6
vsubpd ymm5, ymm5, ymm0
vfmadd231pd ymm5, ymm6, ymm7
vaddpd ymm5, ymm9, ymm5
vmovapd ymm9, ymm2
vfmadd231pd ymm9, ymm6, ymm10
vsubpd ymm2, ymm2, ymm9
vfmadd231pd ymm2, ymm6, ymm10
vaddpd ymm2, ymm13, ymm2
vaddpd ymm13, ymm4, [rdi+128]
vfmadd231pd ymm13, ymm11, ymm8
vaddpd ymm3, ymm13, ymm3
vaddpd ymm13, ymm12, ymm3
vsubpd ymm12, ymm12, ymm13
vaddpd ymm12, ymm3, ymm12
vmovapd [rdi+128], ymm12
vaddpd ymm12, ymm4, [rdi+160]
vfmadd231pd ymm12, ymm13, ymm8
vaddpd ymm14, ymm12, ymm14
vaddpd ymm12, ymm15, ymm14
vsubpd ymm15, ymm15, ymm12
vaddpd ymm15, ymm14, ymm15
vmovapd [rdi+160], ymm15
vmovapd ymm15, [rax-128]
vmovapd ymm14, [r10+96]
vmovapd ymm13, [r15+64]
vfmadd231pd ymm13, ymm15, ymm14
vmovapd ymm3, [r15+64]
vsubpd ymm3, ymm3, ymm13
vfmadd231pd ymm3, ymm15, ymm14
vaddpd ymm3, ymm3, [r15+32]
vaddpd ymm15, ymm4, [rdi+384]
vfmadd231pd ymm15, ymm1, ymm8
vaddpd ymm5, ymm15, ymm5
vaddpd ymm15, ymm0, ymm5
vsubpd ymm0, ymm0, ymm15
vaddpd ymm0, ymm5, ymm0
vmovapd [rdi+384], ymm0
vaddpd ymm0, ymm4, [rdi+416]
vfmadd231pd ymm0, ymm15, ymm8
vaddpd ymm2, ymm0, ymm2
vaddpd ymm0, ymm9, ymm2
vsubpd ymm9, ymm9, ymm0
vaddpd ymm9, ymm2, ymm9
vmovapd [rdi+416], ymm9
vmovapd ymm9, [rsi+256]
vfmadd231pd ymm9, ymm6, ymm14
vmovapd ymm2, [rsi+256]
vsubpd ymm2, ymm2, ymm9
vfmadd231pd ymm2, ymm6, ymm14
vaddpd ymm2, ymm2, [rsi+224]
vaddpd ymm14, ymm4, [rdi+192]
vfmadd231pd ymm14, ymm12, ymm8
vaddpd ymm3, ymm14, ymm3
vaddpd ymm14, ymm13, ymm3
vsubpd ymm13, ymm13, ymm14
vaddpd ymm13, ymm3, ymm13
vmovapd [rdi+192], ymm13
vfmadd213pd ymm14, ymm8, ymm4
vaddpd ymm14, ymm14, [rdi+224]
vmovapd [rdi+224], ymm14
vaddpd ymm14, ymm4, [rdi+448]
vfmadd231pd ymm14, ymm0, ymm8
vaddpd ymm2, ymm14, ymm2
vaddpd ymm14, ymm9, ymm2
vsubpd ymm9, ymm9, ymm14
vaddpd ymm9, ymm2, ymm9
vmovapd [rdi+448], ymm9
vfmadd231pd ymm4, ymm14, ymm8
vaddpd ymm4, ymm4, [rdi+480]
vmovapd [rdi+480], ymm4
mov rsp, rbp
pop r15
pop r14
pop r13
pop r12
pop rbx
pop rbp
vzeroupper
ret
