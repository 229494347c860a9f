package io.balsa.jepsen.raw;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One node, as a program sees it that has neither the SDK nor a class made from our proto files: it asks the node what there is
 * (server reflection), and its requests are JSON, as those of grpcurl are.
 */
public final class ReflectedNode implements AutoCloseable {
  private static final long CALL_SECONDS_MAX = 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ManagedChannel channel;
  private final Map<String, FileDescriptorProto> told = new HashMap<>();
  private final Map<String, FileDescriptor> files = new HashMap<>();
  private final Map<String, ServiceDescriptor> services = new HashMap<>();

  private ReflectedNode(ManagedChannel channel) {
    this.channel = channel;
  }

  /** @param address {@code host:port} */
  public static ReflectedNode connect(String address) {
    return new ReflectedNode(NettyChannelBuilder.forTarget(address).usePlaintext().disableRetry().build());
  }

  /** A unary call: {@code balsa.v1.Kv/Put} with the fields of this JSON object, in lower camel case, bytes as base64. */
  public DynamicMessage call(String method, String json) {
    MethodDescriptor described = method(method);
    DynamicMessage request;
    try {
      request = message(described.getInputType(), JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
    return ClientCalls.blockingUnaryCall(channel,
        io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder().setType(MethodType.UNARY)
            .setFullMethodName(method)
            .setRequestMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(described.getInputType())))
            .setResponseMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(described.getOutputType())))
            .build(),
        CallOptions.DEFAULT.withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS), request);
  }

  /** Whether the answer has all that stands in this JSON object; it may have more. */
  public static boolean contains(DynamicMessage answer, String json) {
    try {
      DynamicMessage expected = message(answer.getDescriptorForType(), JSON.readTree(json));
      return contains(answer, expected);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static boolean contains(DynamicMessage answer, DynamicMessage expected) {
    return expected.getAllFields().entrySet().stream().allMatch(field -> {
      Object value = answer.getField(field.getKey());
      if (value instanceof DynamicMessage inner && field.getValue() instanceof DynamicMessage wanted) {
        return contains(inner, wanted);
      }
      return value.equals(field.getValue());
    });
  }

  /** A number field of an answer. */
  public static long number(DynamicMessage answer, String field) {
    return ((Number) answer.getField(answer.getDescriptorForType().findFieldByName(field))).longValue();
  }

  private static DynamicMessage message(Descriptor type, JsonNode json) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    json.properties().forEach(each -> {
      FieldDescriptor field = type.getFields().stream().filter(one -> one.getJsonName().equals(each.getKey()))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException(type.getFullName() + " has no " + each.getKey()));
      message.setField(field, value(field, each.getValue()));
    });
    return message.build();
  }

  private static Object value(FieldDescriptor field, JsonNode json) {
    return switch (field.getJavaType()) {
      case LONG -> json.isTextual() ? Long.parseLong(json.asText()) : json.asLong();
      case INT -> json.asInt();
      case BOOLEAN -> json.asBoolean();
      case STRING -> json.asText();
      case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(json.asText()));
      case MESSAGE -> message(field.getMessageType(), json);
      case FLOAT, DOUBLE, ENUM -> throw new IllegalArgumentException(field + " is none that is used here");
    };
  }

  private MethodDescriptor method(String name) {
    int slash = name.indexOf('/');
    MethodDescriptor method = services.computeIfAbsent(name.substring(0, slash), this::service)
        .findMethodByName(name.substring(slash + 1));
    if (method == null) {
      throw new IllegalArgumentException("there is no method " + name);
    }
    return method;
  }

  private ServiceDescriptor service(String name) {
    return file(ask(ServerReflectionRequest.newBuilder().setFileContainingSymbol(name))).getServices().stream()
        .filter(one -> one.getFullName().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalStateException("the file that was told has no " + name));
  }

  /** @return the name of the file that was asked for; others that it needs may come with it */
  private String ask(ServerReflectionRequest.Builder question) {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> call = ServerReflectionGrpc.newStub(channel)
        .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS).serverReflectionInfo(new StreamObserver<>() {
          @Override
          public void onNext(ServerReflectionResponse response) {
            answer.complete(response);
          }

          @Override
          public void onError(Throwable why) {
            answer.completeExceptionally(why);
          }

          @Override
          public void onCompleted() {
            answer.completeExceptionally(new IllegalStateException("ended without an answer"));
          }
        });
    call.onNext(question.build());
    ServerReflectionResponse response = answer.join();
    call.onCompleted();
    if (response.hasErrorResponse()) {
      throw new IllegalArgumentException(response.getErrorResponse().getErrorMessage());
    }
    String first = "";
    try {
      for (ByteString bytes : response.getFileDescriptorResponse().getFileDescriptorProtoList()) {
        FileDescriptorProto file = FileDescriptorProto.parseFrom(bytes);
        told.putIfAbsent(file.getName(), file);
        first = first.isEmpty() ? file.getName() : first;
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    return first;
  }

  private FileDescriptor file(String name) {
    FileDescriptor known = files.get(name);
    if (known != null) {
      return known;
    }
    if (!told.containsKey(name)) {
      ask(ServerReflectionRequest.newBuilder().setFileByFilename(name));
    }
    FileDescriptorProto proto = told.get(name);
    try {
      FileDescriptor file = FileDescriptor.buildFrom(proto,
          proto.getDependencyList().stream().map(this::file).toArray(FileDescriptor[]::new));
      files.put(name, file);
      return file;
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(name, e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
